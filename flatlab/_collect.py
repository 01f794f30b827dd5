"""Find a package's modules, so that adding a file is all it takes to add a case."""

import importlib
import pkgutil


def public_names(package_name, package_path):
    """Import every module of a package whose name has no leading underscore; return its public classes.

    Parameters
    ----------
    package_name, package_path
        ``__name__`` and ``__path__`` of the package.

    Returns
    -------
    dict of str to object
        What the modules list in ``__all__``.
    """
    found = {}
    for module_info in pkgutil.iter_modules(package_path):
        if not module_info.name.startswith("_"):
            module = importlib.import_module(f"{package_name}.{module_info.name}")
            found.update({name: getattr(module, name) for name in module.__all__})
    return found

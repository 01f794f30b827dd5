"""Classes that share their machine code."""

from typing import NamedTuple

from flatlab.compiler.generic import generic


@generic(compiled=False)
def common_form(part: NamedTuple) -> NamedTuple:
    """Return what the time loops compile in place of a method, an objective or a field of one: the bits are the same.

    Classes of one common form share their machine code. By default a part stands for itself, with the common forms of
    its fields.
    """
    fields = [common_form(field) if isinstance(field, tuple) else field for field in part]
    changed = any(new is not old for new, old in zip(fields, part))
    return tuple.__new__(type(part), fields) if changed else part

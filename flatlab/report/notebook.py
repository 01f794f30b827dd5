"""A page of Markdown with code as a notebook."""

import json
import re

__all__ = ["notebook_of"]

CODE = re.compile(r"^```python\n(.*?)^```$\n?", re.MULTILINE | re.DOTALL)


def notebook_of(text: str) -> str:
    """Return the text of a notebook whose cells are the blocks of Python of a page and what stands between them."""
    cells = []
    for place, part in enumerate(CODE.split(text)):
        if part.strip():
            kind = "code" if place % 2 else "markdown"
            cell = {"cell_type": kind, "id": f"cell-{len(cells)}", "metadata": {}}
            cell["source"] = part.strip().splitlines(True)
            cells.append(cell | ({"execution_count": None, "outputs": []} if kind == "code" else {}))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}, indent=1) + "\n"

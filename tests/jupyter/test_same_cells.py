"""The JupyterLab extension reads cells as the magics do: both are held to one list."""

import json

from tests.jupyter.same_cells import FIXTURE, fixture


def test_the_list_says_how_the_magics_read_cells():
    # When the magics change on purpose: python -m tests.jupyter.same_cells
    assert json.loads(FIXTURE.read_text()) == fixture()

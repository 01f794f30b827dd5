"""What the tests of wrong files and of wrong places share."""

import pytest
from bad_inputs.answers import Answers
from command import call


@pytest.fixture
def answers(request):
    """Count the cases that a test tries, and what is answered wrongly; ``LEAST`` of its module says how many."""
    answers = Answers(call)
    yield answers
    assert answers.tried >= request.module.LEAST[request.node.originalname]

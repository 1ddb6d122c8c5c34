"""What the checker of the Berkeley Function Calling Leaderboard says of calls, for test/slow/bfcl.slow.ts.

Reads a list of {category, functions, calls, answers} from stdin, writes a list of error types (null where a case is right).
Needs `python -m pip install --no-deps bfcl-eval`; the clients of models that it would also load are left out.
"""

import json
import sys
from types import ModuleType, SimpleNamespace

models = ModuleType("bfcl_eval.constants.model_config")
models.MODEL_CONFIG_MAPPING = {"none": SimpleNamespace(underscore_to_dot=False)}
sys.modules["bfcl_eval.constants.model_config"] = models

from bfcl_eval.constants.enums import Language  # noqa: E402
from bfcl_eval.eval_checker.ast_eval.ast_checker import ast_checker  # noqa: E402


def error_of(case):
    try:
        found = ast_checker(
            case["functions"], case["calls"], case["answers"], Language.PYTHON, case["category"], "none"
        )
    except Exception as error:  # the reference has cases of its own that it cannot judge
        return f"crash: {type(error).__name__}: {error}"
    return None if found["valid"] else found["error_type"]


json.dump([error_of(case) for case in json.load(sys.stdin)], sys.stdout)

"""Grade some submissions in a process of its own: one line of JSON for each, when it is done.

python worker.py FOLDER ASSIGNMENT STUDENT [STUDENT ...]
"""

import json
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from nbgrader.apps import NbGraderAPI
from traitlets.config import PyFileConfigLoader


def grade(api: NbGraderAPI, assignment: str, student: str) -> dict[str, str]:
    """Grade one submission and write its feedback; say how that went."""
    result = api.autograde(assignment, student)
    if "KeyboardInterrupt" in result.get("error", ""):  # nbgrader goes on with the next one
        raise KeyboardInterrupt
    if result["success"]:
        result = api.generate_feedback(assignment, student)
    return {"student": student, "why": "" if result["success"] else why(result)}


def why(result: dict[str, object]) -> str:
    """Find out why nbgrader failed: the log has the traceback, and its last error is the reason."""
    said = f"{result.get('error', '')}\n{result.get('log', '')}"
    errors = re.findall(r"^\s*[\w.]*?(\w+(?:Error|Failed|Exception)): (.+)", said, re.MULTILINE)
    return ": ".join(errors[-1])[:300] if errors else said.strip()[-300:] or "no reason given"


def main(folder: str, assignment: str, *students: str) -> None:
    """Grade the submissions of these students."""
    loader = PyFileConfigLoader("nbgrader_config.py", path=folder)
    api = NbGraderAPI(config=loader.load_config())
    for student in students:
        print(json.dumps(grade(api, assignment, student)), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

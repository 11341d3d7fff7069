"""notebooks/build.py: one source makes two notebooks, and --check sees when they differ."""

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_output
from notebook_tools import (
    NOTEBOOKS,
    build,
    errors,
    insert_solutions,
    printed,
    replace_function,
    run_as_in_class,
    solved_cell,
)

SOURCE = '''\
# %% [markdown]
# # Doubling
# ### BEGIN SOLUTION

# %% tags=["exercise", "hide-output"]
def double(x):
    """Twice x."""
    ### BEGIN SOLUTION
    result = x + x
    ### END SOLUTION
    # In between.
    ### BEGIN SOLUTION

    result += 0
    ### END SOLUTION
    return result


def triple(x):
    ### BEGIN SOLUTION
    return 3 * x
    ### END SOLUTION


# %%
print("hello")

# %%
# %matplotlib inline
1 + 1

# %%
print("hello")
'''
NAME = "03_doubling"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A notebooks folder with one source and nothing built."""
    (tmp_path / "notebooks" / "src").mkdir(parents=True)
    folder = tmp_path / "notebooks"
    write_source(folder, SOURCE)
    return folder


@pytest.fixture
def built(folder: Path) -> Path:
    """The same, built and up to date, as if the solved edition had been run."""
    assert run_build(folder) == 0
    pretend_to_run(folder)
    return folder


def write_source(folder: Path, text: str, name: str = NAME) -> None:
    (folder / "src" / f"{name}.py").write_text(text, encoding="utf-8")


def run_build(folder: Path, *arguments: str) -> int:
    return build.main(arguments, folder)


def student_path(folder: Path, name: str = NAME) -> Path:
    return folder / f"{name}.ipynb"


def solved_path(folder: Path, name: str = NAME) -> Path:
    return folder / "solutions" / f"{name}.ipynb"


def solved_cells(folder: Path) -> list:
    """The code cells of the solved edition on the disk."""
    return build.code_cells(nbformat.read(solved_path(folder), as_version=4))


def change(path: Path, edit) -> None:
    """Edit a notebook file in place."""
    notebook = nbformat.read(path, as_version=4)
    edit(notebook)
    path.write_bytes(build.to_bytes(notebook))


def pretend_to_run(folder: Path, name: str = NAME) -> None:
    """Give every code cell of a solved notebook a count and an output, without a kernel."""

    def run(notebook) -> None:
        for count, cell in enumerate(build.code_cells(notebook), start=1):
            cell.execution_count = count
            cell.outputs = [new_output("stream", name="stdout", text=f"output {count}\n")]

    change(solved_path(folder, name), run)


def put_output(folder: Path, output) -> None:
    """Store one more output in the second code cell of the solved edition."""
    change(
        solved_path(folder),
        lambda notebook: build.code_cells(notebook)[1].outputs.append(output),
    )


# --- The two editions ---------------------------------------------------------------------


def test_student_edition_has_gaps_in_place_of_solutions():
    student, _ = build.editions(SOURCE, "03_doubling.py")

    assert student.cells[1].source == (
        "def double(x):\n"
        '    """Twice x."""\n'
        "    # YOUR CODE HERE\n"
        "    raise NotImplementedError  # delete this line when your code is written\n"
        "    # In between.\n"
        "    # YOUR CODE HERE\n"
        "    return result\n"
        "\n"
        "\n"
        "def triple(x):\n"
        "    # YOUR CODE HERE\n"
        "    raise NotImplementedError  # delete this line when your code is written"
    )
    assert all(not c.outputs and c.execution_count is None for c in build.code_cells(student))


def test_solved_edition_keeps_the_solutions_without_their_markers():
    _, solved = build.editions(SOURCE, "03_doubling.py")

    code = "\n".join(cell.source for cell in build.code_cells(solved))
    assert "    result = x + x\n    # In between.\n\n    result += 0\n    return result" in code
    assert "SOLUTION" not in code
    assert "YOUR CODE" not in code


def test_everything_but_the_solutions_is_the_same_in_both():
    student, solved = build.editions(SOURCE, "03_doubling.py")

    assert [c.id for c in student.cells] == [c.id for c in solved.cells]
    assert [c.metadata for c in student.cells] == [c.metadata for c in solved.cells]
    assert student.cells[1].metadata == {"tags": ["exercise", "hide-output"]}
    assert student.cells[0].source == "# Doubling\n### BEGIN SOLUTION", "text is taken as it is"
    assert solved.cells[0] == student.cells[0]
    assert student.cells[3].source == "%matplotlib inline\n1 + 1"
    for notebook in (student, solved):
        assert notebook.metadata == {
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
            "language_info": {"name": "python"},
        }
        assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)


def test_the_cells_of_a_lesson_keep_solutions_between_their_markers_for_grading():
    student, solved = build.editions(SOURCE, "03_doubling.py")
    cells = build.lesson_cells(SOURCE, "03_doubling.py")
    assert [cell.id for cell in cells] == [cell.id for cell in student.cells]
    both = [build.without_markers(cell.source) for cell in cells if cell.cell_type == "code"]
    assert both == [cell.source for cell in build.code_cells(solved)]
    assert build.BEGIN in cells[1].source


def test_cell_ids_hang_on_lesson_text_and_occurrence_only():
    student, _ = build.editions(SOURCE, "03_doubling.py")
    longer, _ = build.editions("# %%\nfirst = 1\n\n" + SOURCE, "03_doubling.py")
    elsewhere, _ = build.editions(SOURCE, "04_other.py")

    ids = [cell.id for cell in student.cells]
    assert all(len(identity) == 8 and int(identity, 16) >= 0 for identity in ids)
    assert len(set(ids)) == 5  # two of the cells have the same text
    assert [cell.id for cell in longer.cells][1:] == ids
    assert not set(ids) & {cell.id for cell in elsewhere.cells}


def test_a_header_in_the_source_changes_nothing():
    header = (
        "# ---\n# jupyter:\n#   kernelspec:\n#     display_name: My own\n#     language: python\n"
        "#     name: my_own\n# ---\n\n"
    )

    assert build.editions(header + SOURCE, "03_x.py") == build.editions(SOURCE, "03_x.py")


def test_layout_of_the_source_leaves_no_trace_in_the_notebooks():
    airy, _ = build.editions("# %%\n\n\na = 1\n\n\n\n# %%\nb = 2\n\n\n# %%", "03_x.py")
    quoted, _ = build.editions('# %% [markdown]\n"""\nText.\n"""\n', "03_x.py")

    assert [cell.source for cell in airy.cells] == ["a = 1", "b = 2", ""]
    assert [cell.source for cell in quoted.cells] == ["Text."]
    assert all(cell.metadata == {} for cell in airy.cells + quoted.cells)


BEGIN, END = "    ### BEGIN SOLUTION\n", "    ### END SOLUTION\n"


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        (BEGIN + "    a = 1\n", "line 3: the solution is not closed in its cell"),
        (BEGIN + "    a = 1\n# %%\n" + END, "line 3: the solution is not closed in its cell"),
        ("    a = 1\n" + END, "line 4: a solution ends that never began"),
        (BEGIN + "    a\n" + END + END, "line 6: a solution ends that never began"),
        (BEGIN + "    a = 1\n" + BEGIN + END, "line 5: a solution begins inside the one of line 3"),
        (BEGIN + "\n" + END, "line 5: the solution is empty"),
        (BEGIN + "    a\n" + END + BEGIN + END, "line 7: the solution is empty"),
        ("    # begin solution\n    a = 1\n", "line 3: almost a marker"),
        (BEGIN + "    a = 1\n    ### END SOLUTIONS:\n" + END, "line 5: almost a marker"),
    ],
)
def test_a_misplaced_marker_is_an_error_with_file_and_line(folder, capsys, cell, message):
    write_source(folder, "# %%\ndef f():\n" + cell)

    assert run_build(folder) == 1
    assert f"src/03_doubling.py, {message}" in capsys.readouterr().err
    assert not student_path(folder).exists()
    assert run_build(folder, "--check") == 1
    assert f"src/03_doubling.py, {message}" in capsys.readouterr().out


# --- Rebuilding ---------------------------------------------------------------------------


def test_a_rebuild_is_identical_to_the_byte(built, capsys):
    before = student_path(built).read_bytes(), solved_path(built).read_bytes()
    capsys.readouterr()

    assert run_build(built) == 0

    assert (student_path(built).read_bytes(), solved_path(built).read_bytes()) == before
    assert capsys.readouterr().out == (
        "notebooks/03_doubling.ipynb: unchanged\nsolutions/03_doubling.ipynb: unchanged\n"
    )


def test_files_have_the_form_that_nbformat_writes(built, tmp_path):
    for path in (student_path(built), solved_path(built)):
        nbformat.write(nbformat.read(path, as_version=4), tmp_path / "again.ipynb")
        assert path.read_bytes() == (tmp_path / "again.ipynb").read_bytes()
        text = path.read_text(encoding="utf-8")
        content = json.dumps(json.loads(text), indent=1, ensure_ascii=False, sort_keys=True)
        assert text == content + "\n"


def test_a_changed_cell_keeps_the_outputs_before_it_and_loses_those_after(built, capsys):
    write_source(built, SOURCE.replace("1 + 1", "2 + 2"))

    assert run_build(built) == 0

    kept, printing, changed, last = solved_cells(built)
    assert kept.outputs[0].text == "output 1\n"
    assert printing.outputs[0].text == "output 2\n"
    assert (changed.outputs, changed.execution_count) == ([], None)
    assert (last.outputs, last.execution_count) == ([], None)
    told = capsys.readouterr().out
    assert "no outputs from cell 4 (%matplotlib inline) on" in told
    assert "run python notebooks/build.py --execute 03_doubling" in told


def test_a_changed_text_keeps_all_outputs(built, capsys):
    write_source(built, SOURCE.replace("# # Doubling", "# # Twice\n# New."))
    capsys.readouterr()

    assert run_build(built) == 0

    assert [cell.outputs[0].text for cell in solved_cells(built)] == [
        f"output {n}\n" for n in (1, 2, 3, 4)
    ]
    assert "no outputs" not in capsys.readouterr().out


def test_a_solved_notebook_saved_by_hand_is_tidied(built):
    expected = solved_path(built).read_bytes()

    def save_as_jupyter_does(notebook) -> None:
        notebook.metadata.language_info.version = "3.13.1"
        cell = build.code_cells(notebook)[1]
        cell.execution_count = 17
        cell.metadata.collapsed = False
        cell.outputs = [
            new_output("stream", name="stdout", text="out"),
            new_output("stream", name="stdout", text="put 2\n"),
        ]

    change(solved_path(built), save_as_jupyter_does)
    assert run_build(built, "--check") == 1
    assert run_build(built) == 0
    assert solved_path(built).read_bytes() == expected


def test_a_write_that_fails_leaves_the_old_notebook(built, monkeypatch):
    before = student_path(built).read_bytes()
    write_source(built, SOURCE.replace("hello", "goodbye"))

    def fail(*paths) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        run_build(built)
    assert student_path(built).read_bytes() == before


def test_a_broken_solved_notebook_is_written_anew(built):
    solved_path(built).write_text("<<<<<<< HEAD\n{}", encoding="utf-8")

    assert run_build(built) == 0
    assert len(solved_cells(built)) == 4


# --- Names --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["04", "style_cost", "04_style_cost", "04_style_cost.ipynb", "src/04_style_cost.py"]
)
def test_only_the_named_lesson_is_built(folder, name):
    write_source(folder, SOURCE, "04_style_cost")

    assert run_build(folder, name) == 0

    assert student_path(folder, "04_style_cost").exists()
    assert solved_path(folder, "04_style_cost").exists()
    assert not student_path(folder).exists()


@pytest.mark.parametrize("how", [[], ["--check"], ["--execute"]])
def test_an_unknown_name_stops_with_status_2_and_one_sentence(folder, capsys, how):
    assert run_build(folder, *how, "03", "nonsense") == 2

    told = capsys.readouterr()
    assert told.err == "No lesson is called nonsense: there are 03_doubling.\n"
    assert told.out == ""
    assert not student_path(folder).exists()


def test_a_folder_without_sources_does_not_pass(tmp_path, capsys):
    assert run_build(tmp_path, "--check") == 2
    assert "holds no source" in capsys.readouterr().err


def test_a_misnamed_source_is_not_passed_over(folder, capsys):
    write_source(folder, SOURCE, "intro")

    assert run_build(folder) == 2
    assert "intro.py is not named NN_slug.py" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--quick"], "--quick says how to run: it needs --execute."),
        (["--check", "--execute"], "not allowed with argument"),
    ],
)
def test_options_that_contradict_each_other_are_refused(folder, capsys, options, message):
    with pytest.raises(SystemExit) as stopped:
        run_build(folder, *options)
    assert stopped.value.code == 2
    assert message in capsys.readouterr().err
    assert not student_path(folder).exists()


def test_messages_name_the_files_alike_from_every_folder(folder, capsys, monkeypatch):
    monkeypatch.chdir(folder)

    run_build(Path())
    assert capsys.readouterr().out.startswith("notebooks/03_doubling.ipynb: written\n")


def test_the_command_works_from_any_folder_and_explains_its_three_uses(tmp_path):
    command = [sys.executable, str(NOTEBOOKS / "build.py"), "--help"]
    told = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)

    for use in ("[NAME ...]  ", "--execute [NAME ...]", "--check [NAME ...]"):
        assert f"python notebooks/build.py {use}" in told.stdout


# --- Checking -----------------------------------------------------------------------------


def test_check_passes_what_is_up_to_date_and_writes_nothing(built, capsys):
    before = {path: path.read_bytes() for path in built.rglob("*.*")}
    capsys.readouterr()

    assert run_build(built, "--check") == 0

    assert capsys.readouterr().out == "The notebooks are as their sources make them.\n"
    assert {path: path.read_bytes() for path in built.rglob("*.*")} == before


def first_code(notebook):
    return build.code_cells(notebook)[0]


NOT_RUN = "was not run as it stands: run python notebooks/build.py --execute 03_doubling"
DEMO = "solutions/03_doubling.ipynb: "
FAULTS = {
    "student edition edited": (
        lambda folder: change(student_path(folder), lambda nb: first_code(nb).update(source="1")),
        "notebooks/03_doubling.ipynb: cell 2 (1) is not what the source makes",
    ),
    "student edition run and saved": (
        lambda folder: change(
            student_path(folder), lambda nb: first_code(nb).update(execution_count=1)
        ),
        "notebooks/03_doubling.ipynb: cell 2 (def double(x):) is not what the source makes",
    ),
    "tags lost": (
        lambda folder: change(solved_path(folder), lambda nb: first_code(nb).update(metadata={})),
        DEMO + "cell 2 (def double(x):) is not what the source makes",
    ),
    "text of the solved edition edited": (
        lambda folder: change(solved_path(folder), lambda nb: nb.cells[0].update(source="# Hi")),
        DEMO + "cell 1 (# Hi) is not what the source makes",
    ),
    "code of the solved edition edited": (
        lambda folder: change(
            solved_path(folder), lambda nb: nb.cells[2].update(source="print('x')")
        ),
        DEMO + 'cell 3 (print("hello")) ' + NOT_RUN,
    ),
    "source edited": (
        lambda folder: write_source(folder, SOURCE.replace("1 + 1", "2 + 2")),
        DEMO + "cell 4 (%matplotlib inline) " + NOT_RUN,
    ),
    "cell never run": (
        lambda folder: change(
            solved_path(folder), lambda nb: nb.cells[4].update(execution_count=None, outputs=[])
        ),
        DEMO + 'cell 5 (print("hello")) ' + NOT_RUN,
    ),
    "cell added": (
        lambda folder: change(solved_path(folder), lambda nb: nb.cells.append(new_code_cell("1"))),
        DEMO + "the number of cells, the metadata or the form is not what the source makes",
    ),
    "another form": (
        lambda folder: student_path(folder).write_bytes(
            student_path(folder).read_bytes().replace(b"\n", b"\r\n")
        ),
        "notebooks/03_doubling.ipynb: the number of cells, the metadata or the form",
    ),
    "picture data": (
        lambda folder: put_output(
            folder, new_output("display_data", {"text/plain": "a", "image/png": "iVBORw0KGgo="})
        ),
        DEMO + 'cell 3 (print("hello")) has outputs that the build drops, such as picture data',
    ),
    "stderr": (
        lambda folder: put_output(folder, new_output("stream", name="stderr", text="Warning!\n")),
        DEMO + 'cell 3 (print("hello")) writes to stderr, where a class should see nothing: Warn',
    ),
    "error": (
        lambda folder: put_output(folder, new_output("error", ename="NameError", evalue="x")),
        DEMO + 'cell 3 (print("hello")) fails with NameError: x: mend the source, run python',
    ),
    "student edition missing": (
        lambda folder: student_path(folder).unlink(),
        "notebooks/03_doubling.ipynb: the file is missing: run python notebooks/build.py 03_doub",
    ),
    "solved edition missing": (
        lambda folder: solved_path(folder).unlink(),
        DEMO + "cell 2 (def double(x):) " + NOT_RUN,
    ),
    "no notebook at all": (
        lambda folder: student_path(folder).write_text("<<<<<<< HEAD\n{}"),
        "notebooks/03_doubling.ipynb: the number of cells, the metadata or the form",
    ),
    "source of a notebook missing": (
        lambda folder: student_path(folder).rename(folder / "05_gone.ipynb"),
        "notebooks/05_gone.ipynb: no source makes it: delete it, or write src/05_gone.py",
    ),
    "source of a solved notebook missing": (
        lambda folder: (folder / "solutions" / "05_gone.ipynb").write_text("{}"),
        "solutions/05_gone.ipynb: no source makes it: delete it, or write src/05_gone.py",
    ),
    "notebooks of a source missing": (
        lambda folder: write_source(folder, SOURCE, "04_new"),
        "solutions/04_new.ipynb: cell 2 (def double(x):) was not run as it stands",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_check_names_what_is_wrong_and_what_to_do(built, capsys, fault):
    break_it, message = FAULTS[fault]
    break_it(built)
    capsys.readouterr()

    assert run_build(built, "--check") == 1
    told = capsys.readouterr().out
    assert any(line.startswith(message) for line in told.splitlines()), told
    assert "as their sources make" not in told


def test_check_of_one_lesson_looks_at_that_one_only(built):
    write_source(built, SOURCE, "04_new")

    student_path(built).rename(student_path(built, "04_new"))
    run_build(built, "03")

    assert run_build(built, "--check", "04") == 1
    assert run_build(built, "--check", "03") == 0


@pytest.mark.parametrize(
    ("output", "tags", "fault"),
    [
        (new_output("stream", text="fine, the colour 0xFF8800\n"), [], None),
        (new_output("stream", text="<A at 0x7f3a5c0d9e10>\n"), [], "shows 0x7f3a5c0d9e10, which"),
        (
            new_output("execute_result", {"text/plain": "<Handle display_id=ab12cd>"}),
            [],
            "shows display_id=ab12cd, which is another one in every run",
        ),
        (new_output("stream", text="in /home/me/nst/images\n"), [], "shows /home/me/nst, a folder"),
        (
            new_output("display_data", {"text/html": "<p>/home/me/nst/x</p>", "text/plain": ""}),
            [],
            "shows /home/me/nst, a folder of this computer",
        ),
        (
            new_output("display_data", {"text/html": "<img src='data:image/png;base64,AA'>"}),
            [],
            "has a medium inside its text (data:image/…)",
        ),
        (new_output("display_data", {"image/gif": "R0lGOD", "text/plain": ""}), [], "shows a GIF"),
        (new_output("display_data", {"image/gif": "R0lGOD"}), ["nbval-ignore-output"], None),
        (new_output("display_data", {"image/png": "0x7f3a5c0d9e10", "text/plain": ""}), [], None),
    ],
)
def test_what_an_output_must_not_have(output, tags, fault):
    found = build.output_fault(output, tags, Path("/home/me/nst"))

    assert found is None if fault is None else found.startswith(fault)


# --- Running (each of these starts a kernel, about a second) ------------------------------

RUNNING = """\
# %%
import os
from pathlib import Path
from IPython.display import display
seen = {name: os.environ.get(name) for name in ("NST_CHECKS", "NST_QUICK")}
print("start", flush=True)
print("in", Path.cwd().name, seen["NST_CHECKS"], seen["NST_QUICK"])

# %%
data = {"image/png": "AAAA", "image/jpeg": "AAAA"}
data["application/vnd.jupyter.widget-view+json"] = {"model_id": os.urandom(4).hex()}
alt = {"image/png": {"alt": "A cat."}}
handle = display({"text/plain": "figure", **data}, metadata=alt, raw=True, display_id=True)

# %% tags=["nbval-ignore-output"]
handle.update({"text/plain": "figure", **data}, metadata=alt, raw=True)
display({"text/plain": "film", "image/gif": "AAAA"}, raw=True)
6 * 7

# %% [markdown]
# The end.

# %%
"""


@pytest.fixture(scope="module")
def executed(tmp_path_factory) -> Path:
    """A notebooks folder whose one lesson was run by a kernel."""
    folder = tmp_path_factory.mktemp("executed") / "notebooks"
    (folder / "src").mkdir(parents=True)
    write_source(folder, RUNNING)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NST_QUICK", "1")
        assert run_build(folder, "--execute") == 0
    return folder


def test_execute_runs_as_in_class_with_checks_that_raise(executed):
    assert printed(nbformat.read(solved_path(executed), as_version=4)) == (
        "start\nin solutions raise None\nfigure\nfilm\n42\n"
    )


def test_executed_outputs_are_tidy(executed):
    notebook = nbformat.read(solved_path(executed), as_version=4)
    first, figure, film, empty = build.code_cells(notebook)

    assert [cell.execution_count for cell in (first, figure, film, empty)] == [1, 2, 3, None]
    assert len(first.outputs) == 1
    assert figure.outputs == [
        new_output(
            "display_data", {"text/plain": "figure"}, metadata={"image/png": {"alt": "A cat."}}
        )
    ]
    assert film.outputs == [
        new_output("display_data", {"text/plain": "film"}),
        new_output("execute_result", {"text/plain": "42"}, execution_count=3),
    ]
    assert notebook.metadata == build.METADATA
    assert run_build(executed, "--check") == 0


def test_executing_again_gives_the_same_bytes(executed):
    before = solved_path(executed).read_bytes()
    solved_path(executed).unlink()

    assert run_build(executed, "--execute", "03") == 0
    assert solved_path(executed).read_bytes() == before


def test_an_executed_notebook_passes_strict_nbval(executed):
    command = [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", "-q"]
    env = build.class_environment(quick=False)  # what the notebook prints
    told = subprocess.run(
        [*command, str(solved_path(executed)), "-p", "no:cacheprovider"],
        cwd=executed,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout
    assert "4 passed" in told.stdout


FAILING = """\
# %%
import os, pathlib
os.write(2, b"from C\\n");

# %%
object()

# %%
print(pathlib.Path.cwd().parent)

# %% tags=["raises-exception"]
print("before")
1 / 0

# %%
undefined

# %%
print("not reached")
"""


def test_a_run_with_faults_names_each_and_writes_nothing(folder, capsys):
    write_source(folder, RUNNING)
    run_build(folder)
    write_source(folder, FAILING)
    before = solved_path(folder).read_bytes()
    capsys.readouterr()

    assert run_build(folder, "--execute") == 1

    told = capsys.readouterr().err
    where = "solutions/03_doubling.ipynb: "
    assert where + "cell 1 (import os, pathlib) writes to stderr" in told
    assert where + "cell 2 (object()) shows 0x" in told
    assert where + "cell 3 (print(pathlib.Path.cwd().parent)) shows " in told
    assert where + 'cell 4 (print("before")) fails with ZeroDivisionError: division' in told
    assert where + "cell 5 (undefined) fails with NameError: name 'undefined'" in told
    assert "reached" not in told
    assert solved_path(folder).read_bytes() == before
    assert [path.name for path in (folder / "solutions").iterdir()] == ["03_doubling.ipynb"]


def test_a_cell_without_end_and_a_cell_never_run_are_errors(folder, capsys, monkeypatch):
    monkeypatch.setattr(build, "CELL_TIMEOUT", 1)
    write_source(folder, "# %%\nimport time; time.sleep(60)\n")
    write_source(folder, '# %% tags=["skip-execution"]\nskipped = 1\n', "04_skipped")

    assert run_build(folder, "--execute") == 1

    told = capsys.readouterr().err
    assert (
        "solutions/03_doubling.ipynb: A cell timed out while it was being executed, after 1 sec"
        in told
    )
    assert "solutions/04_skipped.ipynb: cell 1 (skipped = 1) was not run" in told
    assert not solved_path(folder).exists()


def test_the_environment_of_a_run(monkeypatch):
    monkeypatch.setenv("NST_QUICK", "1")
    monkeypatch.setenv("NST_CHECKS", "print")
    in_class, quick = build.class_environment(quick=False), build.class_environment(quick=True)

    assert "NST_QUICK" not in in_class
    assert quick["NST_QUICK"] == "1"
    assert in_class["NST_CHECKS"] == quick["NST_CHECKS"] == "raise"
    assert in_class["PATH"] == os.environ["PATH"]
    assert "PYTEST_CURRENT_TEST" not in in_class


@pytest.mark.parametrize(("how", "quick"), [(["--execute"], None), (["--execute", "--quick"], "1")])
def test_quick_reaches_the_kernel(folder, monkeypatch, how, quick):
    given = []
    monkeypatch.setenv("NST_QUICK", "1")
    monkeypatch.setattr(build, "run", lambda notebook, cwd, env: given.append(env))

    run_build(folder, *how)

    assert [env.get("NST_QUICK") for env in given] == [quick]


# --- The tools of other tests -------------------------------------------------------------


def test_answers_can_be_put_into_a_student_edition(built):
    source = built / "src" / f"{NAME}.py"
    student, solved = build.editions(SOURCE, f"{NAME}.py")

    assert solved_cell(source, "triple") == solved.cells[1].source
    assert insert_solutions(student, source) == solved
    wrong = replace_function(solved, "double", "def double(x):\n    return x")
    assert wrong.cells[1].source == "def double(x):\n    return x"
    assert "result = x + x" in solved.cells[1].source, "the notebook given stays as it was"
    with pytest.raises(LookupError, match="0 code cells contain 'def quadruple"):
        replace_function(student, "quadruple", "")


def test_a_run_as_in_class_goes_past_errors(tmp_path, monkeypatch):
    monkeypatch.setenv("NST_CHECKS", "raise")
    source = (
        "# %%\nimport os\nprint(os.environ.get('PYTEST_CURRENT_TEST'), os.environ['LESSON'])\n"
        "print(os.environ.get('NST_CHECKS'), os.path.samefile('.', os.environ['LESSON']))\n"
        "# %%\n1 / 0\n# %%\nprint('last')\n"
    )
    student, _ = build.editions(source, "03_x.py")

    ran = run_as_in_class(student, tmp_path, {"LESSON": str(tmp_path)})

    assert printed(ran) == f"None {tmp_path}\nNone True\nlast\n"
    assert errors(ran) == ["cell 2 (1 / 0): ZeroDivisionError: division by zero"]
    assert printed(student) == "", "the notebook given stays as it was"

import re
import shlex
from collections.abc import Iterator

import pytest
import yaml
from commands import ROOT
from test_commands import check_options

CI = ROOT / "examples" / "ci"


def texts(data: object) -> Iterator[str]:
    """Yield every string of a YAML document."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for value in data.values():
            yield from texts(value)
    elif isinstance(data, list):
        for value in data:
            yield from texts(value)


@pytest.mark.parametrize("name", ["gitlab-ci.yml", "github-actions.yml"])
def test_commands_of_a_pipeline_exist(name: str) -> None:
    data = yaml.safe_load((CI / name).read_text(encoding="utf-8"))
    lines = [line.strip() for text in texts(data) for line in text.splitlines()]
    shown = [shlex.split(line)[1:] for line in lines if line.startswith("dopusk ")]
    assert {words[0] for words in shown} == {"doctor", "run"}
    for words in shown:
        check_options(tuple(words), name)


def test_gitlab_takes_the_report_where_the_run_writes_it() -> None:
    job = yaml.safe_load((CI / "gitlab-ci.yml").read_text(encoding="utf-8"))["dopusk"]
    out = re.search(r"--out (\S+)", job["script"][-1])
    assert out is not None
    assert job["artifacts"]["reports"]["junit"] == f"{out[1]}/junit.xml"
    assert job["artifacts"]["when"] == "always"


def test_the_image_is_pinned_and_runs_without_root() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    images = re.findall(r"^FROM (\S+)", text, re.MULTILINE)
    assert set(images) == {"python:3.13-slim"}
    users = re.findall(r"^USER (\S+)", text, re.MULTILINE)
    assert users[-1:] == ["dopusk"]
    assert "index-url" not in text


def test_what_the_wheel_needs_reaches_the_image() -> None:
    left_out = set((ROOT / ".dockerignore").read_text(encoding="utf-8").split())
    needed = {"dopusk", "features", "steps", "mocks", "fixtures", "schemas", "reports"}
    assert not left_out & (needed | {"README.md", "LICENSE", "pyproject.toml"})

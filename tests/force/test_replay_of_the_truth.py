"""A record that the model made itself: replayed by the same deployment it may be used, by another it may not."""

from __future__ import annotations

import pandas as pd
import pytest
from commands import cpsim
from replay_town import OFFICERS, answer, export, write_town


@pytest.mark.parametrize(
    ("officers", "code", "told"),
    [
        (OFFICERS, 0, ("This replay may be used:", "本重放可以使用")),
        (3, 1, ("This replay may not be used:", "本重放不可使用")),
    ],
)
def test_a_replay_tells_the_deployment_that_made_the_record_from_another(officers, code, told, tmp_path, capsys):
    folder = write_town(tmp_path / "town")
    export(answer(folder, tmp_path / "truth", officers), folder)
    words = ("replay-calls", "--force", folder, "--seeds", "3", "--try", "own: own-beat", "--out", tmp_path / "out")
    assert cpsim(*words, "--workers", "1", "--no-plots") == code
    assert told[0] in capsys.readouterr().out
    page = (tmp_path / "out" / "replay.zh.md").read_text(encoding="utf-8")
    assert told[1] in page
    assert "{" not in page
    tried = set(pd.read_csv(tmp_path / "out" / "runs.csv")["policy"])
    assert tried == ({"as it was", "own"} if code == 0 else {"as it was"})
    # Asked again with other workers, all is reused and the files are the same.
    files = {name: (tmp_path / "out" / name).read_bytes() for name in ("replay.md", "held.csv", "runs.csv")}
    assert cpsim(*words, "--workers", "2", "--no-plots") == code
    assert {name: (tmp_path / "out" / name).read_bytes() for name in files} == files

"""``kb audit`` and ``kb retention`` as an administrator meets them: words, exit codes, files."""

from __future__ import annotations

import csv
import io
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.conftest import Run, is_one_swedish_line
from tests.installation import DATABASE

BASIS = "Gallringsbeslut, dnr 17/2026"


@pytest.fixture
def written(run: Run) -> Run:
    """An installation whose log has three rows."""
    for value in ("Skogsstyrelsen", "Boverket", "Lantmäteriet"):
        assert run("site", "set", "authority", value).returncode == 0
    return run


def sql(folder: Path, *statements: str) -> None:
    with sqlite3.connect(folder / DATABASE) as connection:
        for name in ("audit_event_no_update", "audit_event_no_delete"):
            connection.execute(f"DROP TRIGGER IF EXISTS {name}")
        for statement in statements:
            connection.execute(statement)
    connection.close()


class TestVerify:
    """What is wrong with the log is said, with its row (S-38)."""

    def test_a_whole_log(self, written: Run) -> None:
        done = written("audit", "verify")
        assert (done.returncode, done.stdout) == (0, "Loggen är hel (3 rader).\n")
        assert "Kontrollerar loggen" in done.stderr

    def test_a_new_log_is_whole(self, run: Run) -> None:
        assert run("audit", "verify").stdout == "Loggen är hel (0 rader).\n"

    @pytest.mark.parametrize(
        ("deed", "says"),
        [
            ("UPDATE audit_event SET subject_id = 'email' WHERE seq = 2", "Rad 2 är ändrad."),
            ("DELETE FROM audit_event WHERE seq = 1", "Rad 1 saknas."),
            ("DELETE FROM audit_event WHERE seq = 3", "Rad 3 och de som följde saknas"),
        ],
    )
    def test_a_broken_one_names_the_row(self, written: Run, instance: Path, deed: str, says: str) -> None:
        sql(instance, deed)
        done = written("audit", "verify")
        assert done.returncode == 1
        assert says in done.stdout
        assert "Spara en kopia av datamappen" in done.stdout
        assert "Loggen är hel" not in done.stdout
        assert "Traceback" not in done.stderr

    def test_an_anchor_that_is_gone_or_not_ours_is_said(self, written: Run, instance: Path) -> None:
        (instance / "audit.anchor").write_text("{}")
        done = written("audit", "verify")
        assert done.returncode == 1
        assert (
            "Loggen är hel (3 rader).\nAnkaret är inte skrivet med någon av webbplatsens nycklar"
            in done.stdout
        )
        (instance / "audit.anchor").unlink()
        assert "Ankaret saknas" in written("audit", "verify").stdout

    def test_a_head_that_was_kept_elsewhere(self, written: Run, instance: Path) -> None:
        kept = written("audit", "anchor").stdout.strip()
        assert kept.startswith("3:")
        assert written("audit", "verify", "--head", kept).returncode == 0
        sql(instance, "DELETE FROM audit_event WHERE seq = 3")
        renewed = written("audit", "anchor", "--renew")
        assert renewed.stdout.startswith("Ankaret är förnyat.\n3:")
        assert written("audit", "verify").returncode == 0
        done = written("audit", "verify", "--head", kept)
        assert done.returncode == 1
        assert "Rad 3 är en annan än den som ankaret vittnar om" in done.stdout

    @pytest.mark.parametrize("head", ["3", "tre:abc", "3:abc", f"²:{'0' * 64}"])
    def test_a_head_that_is_none_is_refused(self, written: Run, head: str) -> None:
        done = written("audit", "verify", "--head", head)
        assert done.returncode == 2
        assert "Skriv numret, ett kolon och hashen" in done.stderr


class TestExport:
    def rows(self, text: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))

    def test_who_and_when_in_a_period(self, written: Run) -> None:
        """What a notice of a personal data breach needs (L-08)."""
        today = datetime.now(UTC).date()
        whole = self.rows(written("audit", "export").stdout)
        assert [row["action"] for row in whole] == ["site_information_changed"] * 3
        assert {row["actor_name"] for row in whole} == {"system"}
        asked = ("--from", str(today - timedelta(days=1)), "--to", str(today + timedelta(days=1)))
        later = self.rows(written("audit", "export", *asked).stdout)
        assert [row["action"] for row in later][3:] == ["audit_exported"]
        assert self.rows(written("audit", "export", "--to", "2001-01-01").stdout) == []

    def test_a_file(self, written: Run, tmp_path: Path) -> None:
        file = tmp_path / "logg.csv"
        done = written("audit", "export", "--output", file)
        assert done.stdout == f"Loggen är skriven till {file}.\n"
        assert file.read_bytes().startswith(b"\xef\xbb\xbfseq;at_utc;")
        assert len(self.rows(file.read_text(encoding="utf-8"))) == 3

    def test_a_folder_that_is_not_there(self, written: Run, tmp_path: Path) -> None:
        assert is_one_swedish_line(written("audit", "export", "--output", tmp_path / "finns" / "inte.csv"))

    def test_a_day_that_is_none(self, written: Run) -> None:
        assert written("audit", "export", "--from", "i går").returncode == 2


class TestRetention:
    def test_without_a_decision(self, run: Run) -> None:
        shown = run("retention", "show").stdout
        assert shown.count("Sparas tills vidare.") == 4
        assert run("retention", "run").stdout == "Det finns inget beslut om gallring. Allt sparas.\n"

    def test_a_decision_is_shown_counted_and_followed(self, run: Run, instance: Path) -> None:
        assert run("retention", "set", "letter", "--days", "30", "--basis", BASIS).returncode == 0
        assert "Sparas 30 dagar från det att brevet lades i kön." in run("retention", "show").stdout
        old = "2020-01-01 00:00:00.000000"
        sql(
            instance,
            'INSERT INTO letter (id, message_id, kind, recipient, language, "values", state, attempts,'
            " created_at, next_attempt_at, sent_at, problem)"
            " VALUES ('L1', 'm1', 'reset', 'a@exempel.se', 'sv', '{}', 'sent', 1,"
            f" '{old}', '{old}', '{old}', '')",
        )
        dry = run("retention", "run", "--dry-run").stdout
        assert "(bara räknat)" in dry
        assert ": 1 st från före " in dry
        assert f"Enligt: {BASIS} (30 dagar)" in dry
        assert "Ingenting är borttaget." in dry
        assert ": 1 st från före " in run("retention", "run").stdout
        assert ": 0 st från före " in run("retention", "run").stdout
        assert run("audit", "verify").returncode == 0

    def test_a_decision_to_keep(self, run: Run) -> None:
        run("retention", "set", "letter", "--days", "30", "--basis", BASIS)
        done = run("retention", "set", "letter", "--keep", "--basis", "Beslut att bevara")
        assert done.stdout.endswith(": sparas tills vidare.\n")
        assert run("retention", "show").stdout.count("Sparas tills vidare.") == 4

    @pytest.mark.parametrize(
        ("arguments", "code"),
        [
            (("letter", "--days", "30"), 2),
            (("letter", "--basis", BASIS), 2),
            (("letter", "--days", "30", "--keep", "--basis", BASIS), 2),
            (("letter", "--days", "0", "--basis", BASIS), 2),
            (("audit_event", "--days", "30", "--basis", BASIS), 2),
            (("letter", "--days", "30", "--basis", " "), 1),
        ],
    )
    def test_what_is_no_decision_is_refused(self, run: Run, arguments: tuple[str, ...], code: int) -> None:
        done = run("retention", "set", *arguments)
        assert done.returncode == code
        assert code == 2 or is_one_swedish_line(done)
        assert run("retention", "show").stdout.count("Sparas tills vidare.") == 4

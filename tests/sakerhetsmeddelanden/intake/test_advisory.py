"""Machine-readable security advisories: 109 real ones read in place, and what only calls itself one."""

import copy
import json
import tarfile
from pathlib import Path

import pytest
from django.conf import settings

from sakerhetsmeddelanden.intake import advisory
from sakerhetsmeddelanden.intake.parsed import FoundFile, Reading

ARCHIVE = (
    Path(settings.BASE_DIR) / "../shared/data/notices/device_security_advisories_2017_2021.tar.gz"
)
SMALL = {
    "document": {
        "category": "csaf_security_advisory",
        "title": "Volumed 300",
        "tracking": {
            "id": "VOL-2026-01A",
            "version": "2",
            "current_release_date": "2026-03-02T00:00:00Z",
            "revision_history": [{"number": "1"}, {"number": "2"}],
        },
    },
    "product_tree": {
        "branches": [
            {
                "category": "vendor",
                "name": "Volumed AB",
                "branches": [
                    {
                        "category": "product_name",
                        "name": "Volumed 300",
                        "branches": [
                            {
                                "category": "product_version_range",
                                "name": "< 3.2",
                                "product": {"name": "Volumed 300: versions prior to 3.2"},
                            }
                        ],
                    }
                ],
            }
        ]
    },
    "vulnerabilities": [
        {
            "cve": "CVE-2026-0001",
            "notes": [{"category": "summary", "text": "Någon kan ändra doser."}],
            "remediations": [{"details": "Uppdatera till 3.2."}],
            "scores": [{"cvss_v3": {"baseScore": 7.5}}, {"cvss_v3": {"baseScore": 9.1}}],
        }
    ],
}


def read(content, tmp_path):
    path = tmp_path / "advisory.json"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    file, reading = FoundFile("000", "advisory.json", "", path.stat().st_size), Reading()
    advisory.read(path, file, reading)
    return file, reading


def values(reading):
    return {one.code: one.value for one in reading.fields}


def test_an_advisorys_facts_are_the_templates_fields(tmp_path):
    file, reading = read(SMALL, tmp_path)

    assert values(reading) == {
        "fsn_ref": "VOL-2026-01",
        "version": "2",
        "date": "2026-03-02",
        "4.1": "update",
        "4.7": "Volumed AB",
        "device_name": "Volumed 300",
        "1.6": "Volumed 300: versions prior to 3.2",
        "2.1": "Någon kan ändra doser.",
        "2.4": "CVSS 9.1",
        "3.1": "Uppdatera till 3.2.",
        "2.5": "CVE-2026-0001",
    }
    assert file.pages[0].split("\n")[0] == "Referens: VOL-2026-01"
    assert reading.subject == "Volumed 300"


def test_an_earlier_version_is_of_the_same_series(tmp_path):
    earlier = copy.deepcopy(SMALL)
    earlier["document"]["tracking"] |= {
        "id": "VOL-2026-01",
        "version": "1",
        "revision_history": [{"number": "1"}],
    }

    now, before = values(read(SMALL, tmp_path)[1]), values(read(earlier, tmp_path)[1])

    assert now["fsn_ref"] == before["fsn_ref"]
    assert (before["version"], before["4.1"]) == ("1", "new")


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"{}",
        b'{"document": []}',
        b'{"document": {"category": 7}}',
        b'{"document": {"category": "csaf_vex"}}',
        b'{"document": {"category": "vex"}}',
        b"{" + b'"a":[' * 100_000,
        b'{"document": {"category": "csaf_x", "tracking": {"id": 1, "version": null}}}',
        b"\xff\xfe{",
    ],
)
def test_what_is_none_is_told_to_be_none(content, tmp_path):
    file, reading = read(content, tmp_path)

    assert file.problem == "Filen är ingen säkerhetsrådgivning enligt CSAF 2.0."
    assert reading.fields == []


def test_every_real_advisory_is_read(tmp_path):
    if not ARCHIVE.exists():
        pytest.skip(f"the optional data folder is absent: {ARCHIVE.parent}")
    wanted = {"fsn_ref", "version", "date", "4.1", "4.7", "device_name", "1.6", "2.1", "3.1", "2.5"}
    with tarfile.open(ARCHIVE) as archive:
        names = archive.getnames()
        for name in names:
            content = archive.extractfile(name).read()
            file, reading = read(content, tmp_path)
            found = values(reading)
            tracking = json.loads(content)["document"]["tracking"]
            assert not file.problem, name
            assert found.keys() >= wanted, name
            assert tracking["id"].startswith(found["fsn_ref"])
            assert found["version"] == tracking["version"]
    assert len(names) == 109

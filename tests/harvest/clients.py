"""The clients, in their own environment: clients.py ADDRESS FOLDER-OF-SCHEMAS. Exit 1 on failure.

They import nothing from the project; each harvests the whole site as it would any other.
"""

import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import feedparser
from lxml import etree
from oaipmh_scythe import Scythe
from sickle import Sickle

OAI = "{http://www.openarchives.org/OAI/2.0/}"
FORMATS = ("oai_dc", "qdc")
ERRORS = (
    "",
    "verb=GetRecord",
    "verb=ListRecords&metadataPrefix=none",
    "verb=ListSets&resumptionToken=x",
)


def main() -> None:
    site, schemas = sys.argv[1].rstrip("/"), Path(sys.argv[2])
    checks: list[Callable[[], str]] = [
        lambda: by_sickle(site),
        lambda: by_scythe(site),
        lambda: by_schema(site, schemas),
        lambda: by_feedparser(site),
    ]
    for check in checks:
        began = time.monotonic()
        print(f"  {check()} ({time.monotonic() - began:.1f} s)", flush=True)


def by_sickle(site: str) -> str:
    client = Sickle(f"{site}/oai")
    assert client.Identify().protocolVersion == "2.0"
    assert [form.metadataPrefix for form in client.ListMetadataFormats()] == list(FORMATS)
    sets = {one.setSpec for one in client.ListSets()}
    found = {}
    for prefix in FORMATS:
        records = list(client.ListRecords(metadataPrefix=prefix))
        found[prefix] = [record.header.identifier for record in records]
        assert all(record.header.deleted or record.metadata["title"] for record in records)
        assert {spec for record in records for spec in record.header.setSpecs} <= sets
    assert found["oai_dc"] == found["qdc"] and len(set(found["qdc"])) == len(found["qdc"])
    one = client.GetRecord(identifier=found["qdc"][0], metadataPrefix="oai_dc")
    assert one.header.identifier == found["qdc"][0]
    return (
        f"sickle: {len(found['qdc'])} records in each of {len(FORMATS)} formats, {len(sets)} sets"
    )


def by_scythe(site: str) -> str:
    with Scythe(f"{site}/oai") as client:
        client.identify()
        headers = list(client.list_identifiers(metadata_prefix="oai_dc"))
        records = list(client.list_records(metadata_prefix="oai_dc", ignore_deleted=False))
        first = headers[0].identifier
        assert client.get_record(identifier=first, metadata_prefix="qdc").header.identifier == first
    assert [one.header.identifier for one in records] == [header.identifier for header in headers]
    return f"oaipmh-scythe: {len(records)} records, as many headers"


def by_schema(site: str, schemas: Path) -> str:
    schema = etree.XMLSchema(etree.parse(str(schemas / "answer.xsd")))
    queries = ["verb=Identify", "verb=ListMetadataFormats", "verb=ListSets", *ERRORS]
    queries += [
        f"verb={v}&metadataPrefix={p}" for v in ("ListIdentifiers", "ListRecords") for p in FORMATS
    ]
    pages = 0
    while queries:
        query = queries.pop()
        with urllib.request.urlopen(f"{site}/oai?{query}") as answer:
            tree = etree.fromstring(answer.read())
        schema.assertValid(tree)
        pages += 1
        token = tree.findtext(f".//{OAI}resumptionToken")
        if token:
            verb = tree.find(f"{OAI}request").get("verb")
            queries.append(f"verb={verb}&resumptionToken={token}")
    return f"OAI-PMH.xsd: {pages} answers are valid"


def by_feedparser(site: str) -> str:
    read = {}
    for name in ("cases.atom", "cases.atom?language=en", "corrections.atom"):
        feed = feedparser.parse(f"{site}/{name}")
        assert feed.version == "atom10" and not feed.bozo, (name, feed.get("bozo_exception"))
        assert feed.feed.title and feed.feed.updated_parsed and feed.feed.id
        assert all(one.title and one.link and one.id and one.updated_parsed for one in feed.entries)
        read[name] = len(feed.entries)
    assert read["cases.atom"]
    return "feedparser: " + ", ".join(f"{name} {count} entries" for name, count in read.items())


if __name__ == "__main__":
    main()

"""The JSON Schema of case documents, generated from the code.

`python -m tests.schema --update` writes docs/case-document.schema.json; a test compares them.
"""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema
from pydantic_core.core_schema import CoreSchema, PlainValidatorFunctionSchema

from stories.documents.descriptions import DESCRIPTIONS
from stories.documents.schema import CaseDocument

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "docs" / "case-document.schema.json"
LIMIT = 10**14  # for the numbers of metrics


class CaseDocumentSchema(GenerateJsonSchema):
    """Types the numbers of metrics, whose validator is a function; fields have no titles."""

    def function_plain_schema(self, schema: PlainValidatorFunctionSchema) -> dict[str, Any]:
        return {"type": "number", "exclusiveMinimum": -LIMIT, "exclusiveMaximum": LIMIT}

    def field_title_should_be_set(self, schema: CoreSchema | Any) -> bool:
        return False


def written() -> str:
    """The schema as in its file."""
    made = CaseDocument.model_json_schema(schema_generator=CaseDocumentSchema)
    for name, shape in {"CaseDocument": made, **made["$defs"]}.items():
        for field, described in DESCRIPTIONS.get(name, {}).items():
            shape["properties"][field]["description"] = described
    text = json.dumps({"$schema": CaseDocumentSchema.schema_dialect, **made}, indent=2)
    # Python's \A and \z are ^ and $ in JSON Schema, whose patterns are those of ECMA 262.
    return text.replace(r"\\A", "^").replace(r"\\z", "$") + "\n"


def main() -> None:
    parser = ArgumentParser(prog="python -m tests.schema", description=__doc__)
    parser.add_argument("--update", action="store_true", required=True, help="write the file")
    parser.parse_args()
    FILE.write_text(written(), encoding="utf-8")


if __name__ == "__main__":
    main()

"""What the schema's tests stand on: the schema as it is installed, and a stricter one that allows
no field which it does not describe, so that none joins the lines without joining the schema."""

import copy
import json
import pathlib
import sys

WHOLE = pathlib.Path(__file__).resolve().parent.parent
sys.path[1:1] = [str(WHOLE / "contract"), str(WHOLE / "network")]

import contract_case  # noqa: E402

try:
    import jsonschema
except ImportError:
    print("skipped: no python3-jsonschema")
    sys.exit(77)

SCHEMA = json.loads(
    (WHOLE.parent.parent / "engine/cli/schema/slipring.schema.json").read_text(encoding="utf-8")
)
TYPES = SCHEMA["properties"]["type"]["enum"]


def closed(schema):
    """Where fields are named, no others are allowed."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: closed(value) for name, value in schema.items() if name != "if"}
    if "if" in schema:
        made["if"] = schema["if"]
    if isinstance(schema.get("properties"), dict):
        made["additionalProperties"] = False
    return made


def strict_schema():
    made = copy.deepcopy(SCHEMA)
    made["$defs"] = closed(SCHEMA["$defs"])
    for kind in TYPES:
        made["$defs"][kind]["properties"].update(v=True, type=True)
    return made


OPEN = jsonschema.Draft202012Validator(SCHEMA)
STRICT = jsonschema.Draft202012Validator(strict_schema())


def faults(line, validator=STRICT):
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(line)]


class Case(contract_case.Case):
    def keep(self, lines, types):
        """All of these keep to the schema, and these types are among them."""
        for line in lines:
            self.assertEqual(faults(line), [], line)
        self.assertLessEqual(set(types), {line["type"] for line in lines})
        return lines

    def says(self, *arguments, types=(), code=None, **options):
        """Runs a command with --json; its lines, which keep to the schema."""
        done = contract_case.run(*arguments, "--json", **options)
        if code is not None:
            self.assertEqual(done.returncode, code, done.stderr)
        return self.keep([json.loads(line) for line in done.stdout.splitlines()], types)


main = contract_case.main

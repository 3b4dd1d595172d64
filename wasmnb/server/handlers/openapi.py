"""The description of the REST API in OpenAPI 3.1: /api/spec.json and /api/spec.yaml.

https://spec.openapis.org/oas/v3.1.0; schemas are JSON Schema. The description is also served as
YAML, in the subset of YAML that is JSON.
"""

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from wasmnb import __version__
from wasmnb.server.responses import json_response

Data = dict[str, Any]


def as_json(_request: Request, _: bytes) -> Response:
    return json_response(DESCRIPTION)


def as_yaml(_request: Request, _: bytes) -> Response:
    return Response(json.dumps(DESCRIPTION, indent=2), media_type="application/yaml")


def ref(kind: str, name: str) -> Data:
    return {"$ref": f"#/components/{kind}/{name}"}


def fields(required: Data, **optional: Any) -> Data:
    return {
        "type": "object",
        "properties": {**required, **optional},
        "required": list(required),
        "additionalProperties": False,
    }


def json_of(schema: Data) -> Data:
    return {"application/json": {"schema": schema}}


def gives(text: str, schema: Data | None = None, **headers: str) -> Data:
    """A response: what it means, its JSON, its headers (an ETag where the bytes were read)."""
    described = {
        name.replace("_", "-"): {"description": meaning, "schema": TEXT, "required": name != "ETag"}
        for name, meaning in headers.items()
    }
    return {
        "description": text,
        **({"content": json_of(schema)} if schema else {}),
        **({"headers": described} if headers else {}),
    }


def page(text: str) -> Data:
    """A response that is a page for people."""
    return {"description": text, "content": {"text/html": {"schema": TEXT}}}


def query(name: str, text: str, *values: str) -> Data:
    schema = {**TEXT, **({"enum": list(values)} if values else {})}
    return {"name": name, "in": "query", "description": text, "schema": schema}


def header(name: str, text: str) -> Data:
    return {"name": name, "in": "header", "description": text, "schema": TEXT}


def in_path(name: str, text: str) -> Data:
    return {"name": name, "in": "path", "required": True, "description": text, "schema": TEXT}


def ask(summary: str, *responses: Data, body: Data | None = None, **more: Any) -> Data:
    """An operation; each response says its statuses."""
    answers = {status: answer for response in responses for status, answer in response.items()}
    return {
        "summary": summary,
        "responses": answers,
        **({"requestBody": {"content": json_of(body)}} if body else {}),
        **more,
    }


TEXT: Data = {"type": "string"}
TIME: Data = {"type": "string", "format": "date-time"}
TEXT_OR_NONE: Data = {"type": ["string", "null"]}

PROBLEMS = {
    "400": "The request is invalid, or does not fit the file or folder at that path.",
    "403": "Not logged in, from another site's page, or protected on disk.",
    "404": "There is nothing at that path, or it lies outside the folder.",
    "409": "Something is there already that must not be lost.",
    "408": "The request did not arrive in time.",
    "412": "The file is not in the state of `If-Match` or `If-None-Match`; `model` is its state.",
    "413": "More was sent than the server takes.",
    "414": "The URL is too long.",
    "429": "Others are asking for the same already, or too often; wait.",
    "500": "The disk failed.",
    "507": "The disk is full; nothing was changed.",
}
READ_PROBLEMS = ("400", "403", "404", "413", "414", "429", "500")
READING = {status: ref("responses", status) for status in READ_PROBLEMS}
WRITING = {status: ref("responses", status) for status in PROBLEMS}
REFUSED = {status: ref("responses", status) for status in ("403", "414", "429")}

KINDS = ("directory", "file", "notebook")

SCHEMAS: Data = {
    "Contents": fields(
        {
            "name": {**TEXT, "description": "Last part of the path."},
            "path": {**TEXT, "description": "Relative to the folder, names with / between."},
            "type": {**TEXT, "enum": list(KINDS)},
            "created": TIME,
            "last_modified": TIME,
            "content": {"description": "Text, base64, a notebook, or a list of Contents; or null."},
            "format": {"enum": ["json", "text", "base64", None]},
            "mimetype": TEXT_OR_NONE,
            "size": {"type": ["integer", "null"], "minimum": 0},
            "writable": {"type": "boolean"},
            "hash": {**TEXT_OR_NONE, "description": "Of the bytes on disk, where they were read."},
            "hash_algorithm": {"enum": ["sha256", None]},
        },
        message={**TEXT, "description": "The reason why a notebook is not valid."},
    ),
    "Draft": {
        "type": "object",
        "properties": {
            "type": {**TEXT, "description": "directory, file or notebook; else by the name."},
            "format": {"enum": ["json", "text", "base64", None]},
            "content": {"description": "Missing: a new file is empty."},
            "chunk": {"type": ["integer", "null"], "description": "1, 2, ...; -1 is the last."},
        },
    },
    "Checkpoint": fields({"id": TEXT, "last_modified": TIME}),
    "Problem": fields(
        {"message": {**TEXT, "description": "A sentence."}, "reason": TEXT_OR_NONE},
        model={"anyOf": [ref("schemas", "Contents"), {"type": "null"}]},
    ),
    "Version": fields({"version": TEXT}),
    "Status": fields(
        {
            "started": TIME,
            "last_activity": TIME,
            "connections": {"type": "integer"},
            "kernels": {"type": "integer"},
        }
    ),
    "Me": fields(
        {
            "identity": fields(
                {
                    "username": TEXT,
                    "name": TEXT,
                    "display_name": TEXT,
                    "initials": TEXT,
                    "avatar_url": TEXT_OR_NONE,
                    "color": TEXT_OR_NONE,
                }
            ),
            "permissions": {
                "type": "object",
                "additionalProperties": {"type": "array", "items": TEXT},
            },
        }
    ),
}

EXPECTED = [
    header("If-Match", "ETags of the states that the change is meant for, or *."),
    header("If-None-Match", "*: only if there is nothing yet."),
]
MODEL = ref("schemas", "Contents")
CHECKPOINT = ref("schemas", "Checkpoint")
MADE = {"201": gives("It was made.", MODEL, Location="Its URL.", ETag="Its content's hash.")}
SAVED = {"200": gives("It was saved.", MODEL, Location="Its URL.", ETag="Its content's hash.")}
GONE = {"204": gives("Done.")}
HTML = {"200": page("A page.")}
SAYING_WHY: Data = {status: page(PROBLEMS[status]) for status in READ_PROBLEMS}
ON: Data = {"302": gives("Goes on to another page.", Location="Its URL.")}

PATH = in_path("path", "A file or folder, relative to the folder that is served.")
CHECKPOINT_ID = in_path("checkpoint", "The id of a checkpoint.")
PUBLIC: Data = {"security": []}

READ = ask(
    "A folder's listing, a notebook, a text or binary file",
    {
        "200": gives("The model.", MODEL, ETag="Its content's hash.", Last_Modified="When."),
        "304": gives("The content is that of `If-None-Match`."),
    },
    READING,
    parameters=[
        query("type", "The type to read it as; an unknown one is a file."),
        query("format", "How to send a file.", "text", "base64"),
        query("content", "Whether to send the content.", "0", "1"),
        query("hash", "Whether to send the hash of the content.", "0", "1"),
        header("If-None-Match", "ETags of the content that the client has."),
    ],
)
MAKE = ask(
    "Make an untitled file, notebook or folder in a folder, or a copy",
    MADE,
    WRITING,
    body={
        "type": "object",
        "properties": {"type": TEXT_OR_NONE, "ext": TEXT_OR_NONE, "copy_from": TEXT_OR_NONE},
    },
)


def view(summary: str, *parameters: Data) -> Data:
    return {"get": ask(summary, HTML, ON, SAYING_WHY), "parameters": list(parameters)}


WORKSPACE = in_path("workspace", "The name of a JupyterLab workspace.")

PATHS: Data = {
    "/api": {"get": ask("The version", {"200": gives("It.", ref("schemas", "Version"))}, **PUBLIC)},
    "/api/": {
        "get": ask("The version", {"200": gives("It.", ref("schemas", "Version"))}, **PUBLIC)
    },
    "/api/me": {
        "get": ask(
            "The reader's identity and permissions",
            {"200": gives("Identity and permissions.", ref("schemas", "Me"))},
            {"400": ref("responses", "400"), **REFUSED},
            parameters=[query("permissions", 'Permissions to check, as {"resource": ["action"]}.')],
        )
    },
    "/api/health": {
        "get": ask(
            "Whether the server can answer",
            {
                "200": gives("It can.", fields({"status": {"const": "ok"}})),
                "503": gives("Its folder is lost.", fields({"status": {"const": "lost"}})),
            },
            **PUBLIC,
        )
    },
    "/api/status": {
        "get": ask(
            "Since when the server runs and was last used",
            {"200": gives("The status.", ref("schemas", "Status"))},
            REFUSED,
        )
    },
    "/api/spec.json": {"get": ask("This description", {"200": gives("It.", {})}, REFUSED)},
    "/api/spec.yaml": {
        "get": ask(
            "This description, as YAML",
            {"200": {"description": "It.", "content": {"application/yaml": {"schema": {}}}}},
            REFUSED,
        )
    },
    "/api/keys": {
        "post": ask(
            "Make a key for the code of a notebook",
            {
                "200": gives(
                    "It, and the folder that it is good for with the cookie of the log-in.",
                    fields({"key": TEXT, "path": TEXT}),
                )
            },
            {status: ref("responses", status) for status in ("400", "408", "413")},
            REFUSED,
            body=fields({}, path=TEXT),
        )
    },
    "/api/contents": {"get": READ, "post": MAKE},
    "/api/contents/{path}": {
        "parameters": [PATH],
        "get": READ,
        "post": MAKE,
        "put": ask("Save", SAVED, MADE, WRITING, body=ref("schemas", "Draft"), parameters=EXPECTED),
        "patch": ask(
            "Rename or move", SAVED, WRITING, body=fields({"path": TEXT}), parameters=EXPECTED
        ),
        "delete": ask(
            "Delete a file or folder, to the trash if there is one",
            GONE,
            WRITING,
            parameters=EXPECTED,
        ),
    },
    "/api/contents/{path}/checkpoints": {
        "parameters": [PATH],
        "get": ask(
            "The checkpoints of a file: none or one",
            {"200": gives("They.", {"type": "array", "items": CHECKPOINT})},
            READING,
        ),
        "post": ask(
            "Make the file's present state its checkpoint",
            {"201": gives("It was made.", CHECKPOINT, Location="Its URL.")},
            WRITING,
        ),
    },
    "/api/contents/{path}/checkpoints/{checkpoint}": {
        "parameters": [PATH, CHECKPOINT_ID],
        "post": ask("Give the file back its state at a checkpoint", GONE, WRITING),
        "delete": ask("Delete a checkpoint", GONE, WRITING),
    },
    "/api/contents/{path}/trust": {
        "parameters": [PATH],
        "post": ask("Trust a notebook", {"201": gives("It is trusted now.")}, WRITING),
    },
    "/files/{path}": {
        "parameters": [PATH],
        "get": ask(
            "The bytes of a file",
            {
                "200": gives(
                    "All of them.", ETag="Changes with the file.", Content_Type="Its type."
                ),
                "206": gives("The requested range of them."),
                "304": gives("The file is as it was."),
                "416": gives("There is no such range."),
            },
            SAYING_WHY,
            parameters=[query("download", "Anything: as an attachment.")],
        ),
    },
    "/": view("Goes on to JupyterLab"),
    "/lab": view("JupyterLab"),
    "/lab/tree/{path}": view("JupyterLab, with that file or folder open", PATH),
    "/lab/workspaces/{workspace}": view("JupyterLab in that workspace", WORKSPACE),
    "/lab/workspaces/{workspace}/tree/{path}": view(
        "JupyterLab in that workspace, with that file or folder open", WORKSPACE, PATH
    ),
    "/tree": view("Notebook 7's file browser"),
    "/tree/{path}": view("Notebook 7's file browser in that folder", PATH),
    "/notebooks/{path}": view("Notebook 7 with that notebook", PATH),
    "/edit/{path}": view("Notebook 7's text editor with that file", PATH),
    "/consoles/{path}": view("Notebook 7's console in that folder", PATH),
    "/login": {
        "parameters": [query("next", "The page to go on to.")],
        "get": ask("The log-in page", HTML, ON, **PUBLIC),
        "post": {
            **ask(
                "Log in",
                {
                    "303": gives("Logged in.", Location="The next page.", Set_Cookie="The log-in."),
                    "401": gives("Not the token: the page says so."),
                    "403": gives("From another site's page."),
                    "413": gives("Longer than any token."),
                    "429": gives("Too many wrong tokens.", Retry_After="Seconds."),
                },
                **PUBLIC,
            ),
            "requestBody": {
                "content": {
                    "application/x-www-form-urlencoded": {"schema": fields({"token": TEXT})}
                }
            },
        },
    },
    "/logout": {"get": ask("Log out", ON, **PUBLIC)},
    "/key": view("The key of a page that was open before its reader logged in again"),
}

DESCRIPTION: Data = {
    "openapi": "3.1.0",
    "info": {
        "title": "wasmnb",
        "version": __version__,
        "description": "A folder by Jupyter's contents REST API. Kernels run in the browser.",
    },
    "security": [{"token": []}, {"header": []}, {"cookie": []}],
    "paths": PATHS,
    "components": {
        "schemas": SCHEMAS,
        "responses": {
            status: gives(text, ref("schemas", "Problem")) for status, text in PROBLEMS.items()
        },
        "securitySchemes": {
            "token": {"type": "apiKey", "in": "query", "name": "token"},
            "header": {"type": "apiKey", "in": "header", "name": "Authorization"},
            "cookie": {"type": "apiKey", "in": "cookie", "name": "wasmnb-PORT"},
        },
    },
}

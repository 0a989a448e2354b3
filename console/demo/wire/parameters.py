"""Owns reading an operation's parameters out of a request, for every protocol; must not know services."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import parse_qsl, unquote

from console.demo.wire import cbor, timestamps
from console.demo.wire.messages import Request, ServiceError

Parameters = dict[str, Any]


def from_form(request: Request, model: Any, protocol: str) -> Parameters:
    """Return the parameters of a query or ec2 request's form."""
    if model.input_shape is None:
        return {}
    pairs = parse_qsl(request.body.decode(), keep_blank_values=True) or request.query_pairs()
    tree = _tree(pairs)
    found: Parameters = _from_tree(model.input_shape, tree, protocol == "ec2")
    return found


def from_json(request: Request, model: Any) -> Parameters:
    """Return the parameters of a JSON body. Raises ``ServiceError`` for what is not JSON or not the input's shape."""
    try:
        document = json.loads(request.body or b"{}")
    except ValueError as error:
        raise ServiceError("SerializationException", "The body is not JSON") from error
    return _whole(model, document)


def from_cbor(request: Request, model: Any) -> Parameters:
    """Return the parameters of a CBOR body. Raises ``ServiceError`` for what is not CBOR or not the input's shape."""
    try:
        document = cbor.decode(request.body) if request.body else {}
    except ValueError as error:
        raise ServiceError("SerializationException", "The body is not CBOR") from error
    return _whole(model, document)


def _whole(model: Any, document: Any) -> Parameters:
    if model.input_shape is None:
        return {}
    try:
        found: Parameters = _from_document(model.input_shape, document)
    except (AttributeError, TypeError) as error:
        raise ServiceError("SerializationException", "The body has another shape than the operation") from error
    return found


def from_rest(request: Request, model: Any, labels: dict[str, str]) -> Parameters:
    """Return the parameters in a REST request's path, query, headers and body; XML bodies are not read."""
    query = dict(request.query_pairs())
    found: Parameters = {}
    for name, shape in (model.input_shape.members if model.input_shape else {}).items():
        where = shape.serialization.get("location")
        key = shape.serialization.get("name", name)
        if where == "uri":
            found[name] = labels[key]
        elif where == "querystring" and key in query:
            found[name] = _scalar(shape, query[key])
        elif where == "header" and key.lower() in request.headers:
            found[name] = _scalar(shape, request.headers[key.lower()])
        elif where == "headers":
            found[name] = _headers(request, key.lower())
        elif shape.serialization.get("streaming"):
            found[name] = _body(request)
    return found


def _headers(request: Request, prefix: str) -> dict[str, str]:
    found = {name: value for name, value in request.headers.items() if name.startswith(prefix)}
    return {name.removeprefix(prefix): value for name, value in found.items()}


def _body(request: Request) -> bytes:
    if "x-amz-decoded-content-length" not in request.headers:
        return request.body
    out, rest = bytearray(), request.body
    while rest:
        head, _, rest = rest.partition(b"\r\n")
        size = int(head.split(b";")[0], 16)
        if size == 0:
            break
        out += rest[:size]
        rest = rest[size + 2 :]
    return bytes(out)


def _tree(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for name, value in pairs:
        node = tree
        *parents, last = name.split(".")
        for part in parents:
            child = node.setdefault(part, {})
            if not isinstance(child, dict):
                child = node[part] = {}
            node = child
        node[last] = value
    return tree


def _from_tree(shape: Any, node: Any, ec2: bool) -> Any:
    if shape.type_name == "structure":
        return _structure(shape, node if isinstance(node, dict) else {}, ec2)
    if shape.type_name == "list":
        return _list(shape, node, ec2)
    if shape.type_name == "map":
        return _map(shape, node if isinstance(node, dict) else {}, ec2)
    return _scalar(shape, node)


def _structure(shape: Any, node: dict[str, Any], ec2: bool) -> Parameters:
    found: Parameters = {}
    for name, member in shape.members.items():
        key = _form_name(name, member, ec2)
        if key in node:
            found[name] = _from_tree(member, node[key], ec2)
    return found


def _form_name(name: str, member: Any, ec2: bool) -> str:
    traits = member.serialization
    if ec2:
        if "queryName" in traits:
            return str(traits["queryName"])
        key = str(traits.get("name", name))
        return key[0].upper() + key[1:]
    if member.type_name == "list" and traits.get("flattened"):
        return str(member.member.serialization.get("name", traits.get("name", name)))
    return str(traits.get("name", name))


def _list(shape: Any, node: Any, ec2: bool) -> list[Any]:
    if not isinstance(node, dict):
        return []
    if not ec2 and not shape.serialization.get("flattened"):
        node = node.get(shape.member.serialization.get("name", "member"), {})
    numbered = sorted((int(key), item) for key, item in node.items() if key.isdigit())
    return [_from_tree(shape.member, item, ec2) for _, item in numbered]


def _map(shape: Any, node: dict[str, Any], ec2: bool) -> dict[str, Any]:
    entries = node.get("entry", node)
    key, value = (part.serialization.get("name", word) for part, word in ((shape.key, "key"), (shape.value, "value")))
    items = [entries[number] for number in sorted(entries, key=int)]
    return {item[key]: _from_tree(shape.value, item.get(value, ""), ec2) for item in items}


def _from_document(shape: Any, value: Any) -> Any:
    if value is None:
        return None
    if shape.type_name == "structure":
        names = {member.serialization.get("name", name): name for name, member in shape.members.items()}
        known = ((names[key], item) for key, item in value.items() if key in names and item is not None)
        return {name: _from_document(shape.members[name], item) for name, item in known}
    if shape.type_name == "list":
        return [_from_document(shape.member, item) for item in value]
    if shape.type_name == "map":
        return {key: _from_document(shape.value, item) for key, item in value.items()}
    return _scalar(shape, value)


def _scalar(shape: Any, value: Any) -> Any:
    kind = shape.type_name
    try:
        if kind in ("integer", "long"):
            return int(value)
        if kind in ("float", "double"):
            return float(value)
        if kind == "boolean":
            return value if isinstance(value, bool) else str(value).lower() == "true"
        if kind == "timestamp":
            return timestamps.read(value)
        if kind == "blob":
            return value if isinstance(value, bytes) else base64.b64decode(value)
    except (ValueError, TypeError) as error:
        raise ServiceError("ValidationError", f"Value at '{shape.name}' is not a valid {kind}") from error
    return value


def path_labels(path: str) -> dict[str, str]:
    """Return the bucket and key in a path-style S3 path."""
    bucket, _, key = path.removeprefix("/").partition("/")
    labels = {"Bucket": unquote(bucket), "Key": unquote(key)}
    return {name: value for name, value in labels.items() if value}

"""Owns writing an operation's answer in its protocol, walking the output shape; must not know services.

An answer that has a member its shape does not know is a mistake in the demo and raises ``TypeError``.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from console.demo.wire import cbor, timestamps
from console.demo.wire.messages import Response, ServiceError
from console.demo.wire.xml import Element, document

_XMLNS = "http://s3.amazonaws.com/doc/2006-03-01/"
_BARE = "GetBucketLocation"
"""The one S3 answer whose only member is the root element itself."""


def query(model: Any, answer: dict[str, Any], request_id: str, ec2: bool) -> Response:
    """Return a query or ec2 answer."""
    root = Element(f"{model.name}Response", attributes={"xmlns": _namespace(model)})
    if ec2:
        root.add("requestId", request_id)
        _structure(model.output_shape, answer, root)
    else:
        wrapper = (model.output_shape.serialization if model.output_shape else {}).get("resultWrapper")
        _structure(model.output_shape, answer, root.child(wrapper) if wrapper else root)
        root.child("ResponseMetadata").add("RequestId", request_id)
    headers = {"Content-Type": "text/xml;charset=UTF-8", "x-amzn-RequestId": request_id}
    return Response(200, headers, document(root))


def _namespace(model: Any) -> str:
    metadata = model.service_model.metadata
    fallback = f"http://{metadata['endpointPrefix']}.amazonaws.com/doc/{metadata['apiVersion']}/"
    return str(metadata.get("xmlNamespace") or fallback)


def json_answer(model: Any, answer: dict[str, Any], request_id: str) -> Response:
    """Return a JSON answer."""
    plain = _plain(model.output_shape, answer, _seconds, _base64)
    version = model.service_model.metadata.get("jsonVersion", "1.0")
    headers = {"Content-Type": f"application/x-amz-json-{version}", "x-amzn-RequestId": request_id}
    return Response(200, headers, json.dumps(plain).encode())


def cbor_answer(model: Any, answer: dict[str, Any], request_id: str) -> Response:
    """Return a CBOR answer (Smithy RPC v2)."""
    plain = _plain(model.output_shape, answer, lambda moment: moment, lambda blob: blob)
    headers = {
        "Content-Type": "application/cbor",
        "smithy-protocol": "rpc-v2-cbor",
        "x-amzn-RequestId": request_id,
    }
    return Response(200, headers, cbor.encode(plain))


def rest_xml(model: Any, answer: dict[str, Any], request_id: str) -> Response:
    """Return a REST answer: status, headers, and an XML body or the payload. ``StatusCode`` may be given."""
    headers = {"x-amz-request-id": request_id, "x-amz-id-2": host_id(request_id)}
    response = Response(int(answer.pop("StatusCode", 200)), headers)
    shape = model.output_shape
    if shape is None:
        return response
    _known(shape, answer)
    inside = {name: value for name, value in answer.items() if not shape.members[name].serialization.get("location")}
    for name in answer.keys() - inside.keys():
        _header(shape.members[name], name, answer[name], headers)
    payload = shape.serialization.get("payload")
    if payload and shape.members[payload].type_name == "blob":
        response.body = bytes(inside.get(payload, b""))
    elif payload or any(not member.serialization.get("location") for member in shape.members.values()):
        headers["Content-Type"] = "application/xml"
        response.body = document(_rest_root(model, shape, payload, inside))
    return response


def _rest_root(model: Any, shape: Any, payload: str | None, inside: dict[str, Any]) -> Element:
    attributes = {"xmlns": _XMLNS}
    if model.name == _BARE:
        return Element("LocationConstraint", inside.get("LocationConstraint") or "", attributes)
    if payload:
        root = Element(payload, attributes=attributes)
        _structure(shape.members[payload], inside[payload], root)
    else:
        root = Element(_root_name(model.name), attributes=attributes)
        _structure(shape, inside, root)
    return root


def _root_name(operation: str) -> str:
    return {"ListObjectsV2": "ListBucketResult", "ListObjectVersions": "ListVersionsResult"}.get(
        operation, f"{operation.removeprefix('Get')}Result"
    )


def _header(shape: Any, name: str, value: Any, headers: dict[str, str]) -> None:
    if value is None:
        return
    key = shape.serialization.get("name", name)
    if shape.serialization["location"] == "headers":
        headers.update({f"{key}{word}": text for word, text in value.items()})
    elif shape.type_name == "timestamp":
        headers[key] = timestamps.rfc822(value)
    else:
        headers[key] = _text(shape, value)


def host_id(request_id: str) -> str:
    """Return S3's second id of a request."""
    return base64.b64encode(request_id.encode() * 2).decode()


def error(problem: ServiceError, protocol: str, request_id: str) -> Response:
    """Return ``problem`` as the protocol writes errors."""
    if protocol in ("json", "cbor", "rest-json"):
        return _document_error(problem, protocol, request_id)
    if protocol == "rest-xml":
        return _rest_error(problem, request_id)
    headers = {"Content-Type": "text/xml;charset=UTF-8", "x-amzn-RequestId": request_id, **problem.headers}
    if protocol == "ec2":
        root = Element("Response")
        found = root.child("Errors").child("Error")
        root.add("RequestID", request_id)
    else:
        root = Element("ErrorResponse")
        found = root.child("Error")
        found.add("Type", "Sender" if problem.status < 500 else "Receiver")
        root.add("RequestId", request_id)
    found.add("Code", problem.code)
    found.add("Message", problem.message)
    return Response(problem.status, headers, document(root))


def _document_error(problem: ServiceError, protocol: str, request_id: str) -> Response:
    blame = "Sender" if problem.status < 500 else "Receiver"
    headers = {"x-amzn-RequestId": request_id, "x-amzn-query-error": f"{problem.code};{blame}", **problem.headers}
    plain = {"__type": f"com.amazonaws#{problem.shape}", "message": problem.message}
    if protocol != "cbor":
        headers["Content-Type"] = "application/x-amz-json-1.0"
        return Response(problem.status, headers, json.dumps(plain).encode())
    headers |= {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}
    return Response(problem.status, headers, cbor.encode(plain))


def _rest_error(problem: ServiceError, request_id: str) -> Response:
    headers = {
        "Content-Type": "application/xml",
        "x-amz-request-id": request_id,
        "x-amz-id-2": host_id(request_id),
        **problem.headers,
    }
    root = Element("Error")
    root.add("Code", problem.code)
    root.add("Message", problem.message)
    for name, value in problem.details.items():
        root.add(name, str(value))
    root.add("RequestId", request_id)
    root.add("HostId", host_id(request_id))
    body = b"" if problem.status in (304,) else document(root)
    return Response(problem.status, headers, body)


def _known(shape: Any, value: dict[str, Any]) -> None:
    if unknown := value.keys() - (shape.members.keys() if shape else set()):
        raise TypeError(f"{getattr(shape, 'name', 'no shape')} has no {', '.join(sorted(unknown))}")


def _structure(shape: Any, value: dict[str, Any], element: Element) -> None:
    _known(shape, value)
    for name, item in value.items():
        if item is not None:
            _member(shape.members[name], name, item, element)


def _member(shape: Any, name: str, value: Any, element: Element) -> None:
    key = shape.serialization.get("name", name)
    if shape.type_name == "list" and shape.serialization.get("flattened"):
        key = shape.member.serialization.get("name", key)
        for item in value:
            _value(shape.member, item, element.child(key))
    else:
        _value(shape, value, element.child(key))


def _value(shape: Any, value: Any, element: Element) -> None:
    if shape.type_name == "structure":
        _structure(shape, value, element)
    elif shape.type_name == "list":
        for item in value:
            _value(shape.member, item, element.child(shape.member.serialization.get("name", "member")))
    elif shape.type_name == "map":
        for key, item in value.items():
            entry = element.child("entry")
            entry.add(shape.key.serialization.get("name", "key"), key)
            _value(shape.value, item, entry.child(shape.value.serialization.get("name", "value")))
    else:
        element.text = _text(shape, value)


def _text(shape: Any, value: Any) -> str:
    if shape.type_name == "boolean":
        return "true" if value else "false"
    if shape.type_name == "timestamp":
        return timestamps.iso(value)
    if shape.type_name == "blob":
        return _base64(value)
    return str(value)


def _plain(shape: Any, value: Any, moment: Callable[[datetime], Any], blob: Callable[[bytes], Any]) -> Any:
    if shape is None:
        return {}
    kind = shape.type_name
    if kind == "structure":
        _known(shape, value)
        members = ((name, shape.members[name], item) for name, item in value.items() if item is not None)
        return {
            member.serialization.get("name", name): _plain(member, item, moment, blob) for name, member, item in members
        }
    if kind == "list":
        return [_plain(shape.member, item, moment, blob) for item in value]
    if kind == "map":
        return {key: _plain(shape.value, item, moment, blob) for key, item in value.items()}
    converters: dict[str, Callable[[Any], Any]] = {"timestamp": moment, "blob": blob, "float": float, "double": float}
    convert = converters.get(kind)
    return convert(value) if convert else value


def _seconds(moment: datetime) -> float:
    return round(moment.timestamp(), 3)


def _base64(blob: bytes) -> str:
    return base64.b64encode(blob).decode()

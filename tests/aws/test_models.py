"""The cut models: for our operations the same bytes and the same answers as botocore's whole ones."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.regions import EndpointResolver

from console import cache
from console.aws import models
from console.aws.operations import EFFECTS

SERVICES = sorted(models.SERVICES)


@pytest.fixture(autouse=True)
def forget() -> Iterator[None]:
    yield
    models._service.cache_clear()
    models._general.cache_clear()


@pytest.fixture
def again() -> Any:
    """Forget what this process has read, so that the files are read."""

    def forget() -> None:
        models._service.cache_clear()
        models._general.cache_clear()

    forget()
    return forget


def undocumented(value: Any) -> Any:
    """Return a shape or operation as it is without documentation; a member of that name is no text and stays."""
    if isinstance(value, dict):
        kept = {key: part for key, part in value.items() if key != "documentation" or not isinstance(part, str)}
        return {key: undocumented(part) for key, part in kept.items()}
    return [undocumented(part) for part in value] if isinstance(value, list) else value


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_and_every_shape_it_reaches_is_botocores(service: str) -> None:
    whole = ServiceModel(Loader().load_service_model(service, "service-2"), service)
    cut = ServiceModel(models.TrimmedLoader().load_service_model(service, "service-2"), service)
    beside = {"CreateSession"} if service == "s3" else set()
    assert set(cut.operation_names) == {operation for of, operation in EFFECTS if of == service} | beside
    assert {**whole.metadata} == {**cut.metadata}
    assert [shape.name for shape in cut.error_shapes] == [shape.name for shape in whole.error_shapes]
    todo = [shape for name in cut.operation_names for shape in _shapes(cut.operation_model(name))]
    seen = set()
    while todo:
        shape = todo.pop()
        if shape.name in seen:
            continue
        seen.add(shape.name)
        ours, theirs = cut.shape_for(shape.name), whole.shape_for(shape.name)
        assert ours._shape_model == undocumented(theirs._shape_model), shape.name
        if shape.type_name == "structure":
            assert list(shape.members) == list(theirs.members)
        todo += _inside(shape)
    assert seen <= set(cut.shape_names)


@pytest.mark.parametrize("service", SERVICES)
def test_everything_said_of_an_operation_is_kept(service: str) -> None:
    whole = Loader().load_service_model(service, "service-2")["operations"]
    cut = models.TrimmedLoader().load_service_model(service, "service-2")["operations"]
    assert cut == {name: undocumented(whole[name]) for name in cut}


@pytest.mark.parametrize("service", SERVICES)
def test_rules_of_endpoints_are_whole_and_paginators_are_those_of_our_operations(service: str) -> None:
    loader, whole = models.TrimmedLoader(), Loader()
    rules = "endpoint-rule-set-1"
    assert loader.load_service_model(service, rules) == whole.load_service_model(service, rules)
    cut = loader.load_service_model(service, "paginators-1")["pagination"]
    pages = whole.load_service_model(service, "paginators-1")["pagination"]
    assert cut == {operation: pages[operation] for operation in pages if (service, operation) in EFFECTS}


def test_general_data_is_botocores_with_the_endpoints_of_our_services() -> None:
    loader, whole = models.TrimmedLoader(), Loader()
    for name in ("partitions", "sdk-default-configuration", "_retry"):
        assert loader.load_data(name) == whole.load_data(name)
    ours, theirs = loader.load_data("endpoints"), whole.load_data("endpoints")
    for one, other in zip(ours["partitions"], theirs["partitions"], strict=True):
        assert one["services"] == {name: other["services"][name] for name in one["services"]}
        assert {**one, "services": 0} == {**other, "services": 0}
        assert {"ec2", "s3", "sqs", "monitoring", "sts", "iam"} & other["services"].keys() <= one["services"].keys()
    _, path = loader.load_data_with_path("endpoints")
    assert loader.is_builtin_path(path)


@pytest.mark.parametrize("service", SERVICES)
def test_every_region_resolves_to_the_same_endpoint(service: str) -> None:
    cut = EndpointResolver(models.TrimmedLoader().load_data("endpoints"))
    whole = EndpointResolver(Loader().load_data("endpoints"))
    prefix = Loader().load_service_model(service, "service-2")["metadata"]["endpointPrefix"]
    for partition in whole.get_available_partitions():
        regions = whole.get_available_endpoints(prefix, partition, allow_non_regional=True)
        assert cut.get_available_endpoints(prefix, partition, allow_non_regional=True) == regions
        for region in (*regions, "eu-nowhere-7"):
            assert cut.construct_endpoint(prefix, region) == whole.construct_endpoint(prefix, region)


def test_what_is_not_on_the_list_is_read_whole() -> None:
    loader = models.TrimmedLoader()
    assert loader.load_service_model("kms", "service-2") == Loader().load_service_model("kms", "service-2")
    whole = Loader().load_service_model("sqs", "service-2", "2012-11-05")
    assert loader.load_service_model("sqs", "service-2", "2012-11-05") == whole


def test_it_is_made_once_and_read_from_the_owners_folder_afterwards(
    again: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = models.TrimmedLoader().load_service_model("sts", "service-2")
    file = cache.cache_folder() / "model-sts.json"
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in file.parent.iterdir()] == ["model-sts.json"]
    again()
    monkeypatch.setattr(models, "trim_service", None)  # is not asked again
    assert models.TrimmedLoader().load_service_model("sts", "service-2") == first


def _cut_short(file: Path) -> None:
    file.write_text(file.read_text()[:-40])


def _of_another_version(file: Path) -> None:
    file.write_text(json.dumps({**json.loads(file.read_text()), "key": "another"}))


def _anyone_may_write(file: Path) -> None:
    file.chmod(0o666)


def _something_else(file: Path) -> None:
    file.write_text("[1, 2]")


def _without_a_model(file: Path) -> None:
    file.write_text(json.dumps({**json.loads(file.read_text()), "data": {}}))


@pytest.mark.parametrize(
    "spoil", [_cut_short, _of_another_version, _anyone_may_write, _something_else, _without_a_model]
)
def test_a_file_that_is_not_beyond_doubt_is_made_again(again: Any, spoil: Any) -> None:
    good = models.TrimmedLoader().load_service_model("sts", "service-2")
    file = cache.cache_folder() / "model-sts.json"
    spoil(file)
    spoiled = file.read_text()
    again()
    assert models.TrimmedLoader().load_service_model("sts", "service-2") == good
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.read_text() != spoiled or spoil is _anyone_may_write


def test_a_folder_that_cannot_be_written_is_done_without(again: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/dev/null")
    assert models.TrimmedLoader().load_service_model("sts", "service-2")["operations"]


def test_users_models_of_their_own_are_theirs_to_choose(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(models.make_loader(None), models.TrimmedLoader)
    assert models.make_loader("/opt/models") is None
    monkeypatch.setattr(Loader, "CUSTOMER_DATA_PATH", str(home))
    assert models.make_loader(None) is None


def _shapes(operation: Any) -> list[Any]:
    return [shape for shape in (operation.input_shape, operation.output_shape, *operation.error_shapes) if shape]


def _inside(shape: Any) -> list[Any]:
    if shape.type_name == "structure":
        return list(shape.members.values())
    if shape.type_name == "list":
        return [shape.member]
    return [shape.key, shape.value] if shape.type_name == "map" else []

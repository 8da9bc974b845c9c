"""The job function of a validation: every document of a collection against a model, faults told by field."""

from __future__ import annotations

import hashlib
import importlib.util
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from hub.datainspect.models import class_name
from hub.errors import HubError, Permanent
from hub.jobs.port import JobContext
from hub.store import StoreSpec, open_store

if TYPE_CHECKING:
    from pydantic import BaseModel

JsonDict = dict[str, Any]
EXAMPLES = 5  #: documents named for each fault
MAX_FAULTS = 500  #: different faults that are listed; all invalid documents are counted
BATCH = 1000


class ModelFileError(HubError, Permanent):
    """A model file that can not be used."""

    status = 422

    def __init__(self, file: str, reason: str) -> None:
        self.file, self.reason = file, reason
        super().__init__(f"the validation model {file} can not be used: {reason}")


@dataclass(frozen=True)
class ValidationRequest:
    """What is validated.

    Attributes:
        store: recipe of the store.
        collection: the collection.
        name: sub-source; its class in the model file is looked for first.
        model_file: path of the model.
    """

    store: StoreSpec
    collection: str
    name: str
    model_file: str


def validate_collection(ctx: JobContext, request: ValidationRequest) -> JsonDict:
    """Check all documents; never stops at the first fault.

    Returns:
        ``{documents, invalid, ok, faults, model}``; each fault ``{field, type, message, count, examples: [{_id,
        value}]}``, the most frequent first. A field is dotted, without positions in lists.

    Raises:
        ModelFileError: the model does not import, or holds no model.
    """
    model = load_model(Path(request.model_file), request.name)
    faults = _Faults()
    with closing(open_store(request.store)) as store:
        collection, decode = store.collection(request.collection), store.codec.decode
        total = collection.count()
        for number, record in enumerate(collection.scan(), 1):
            _check(model, decode(record.body), faults)
            if not number % BATCH:
                ctx.progress(number, total, unit="documents")
                ctx.check()
        ctx.progress(total, total, unit="documents")
    return {"documents": total, "ok": not faults.invalid, "model": model.__name__, **faults.told()}


def load_model(path: Path, name: str) -> type[BaseModel]:
    """The model of a file: the class named like the sub-source, else the last one that the file defines.

    Raises:
        ModelFileError: the file does not import, or defines none.
    """
    from pydantic import BaseModel

    module = _imported(path)
    found = {
        key: value
        for key, value in vars(module).items()
        if isinstance(value, type) and issubclass(value, BaseModel) and value.__module__ == module.__name__
    }
    if not found:
        raise ModelFileError(path.name, "it defines no class that derives from pydantic.BaseModel.")
    model = found.get(class_name(name)) or list(found.values())[-1]
    try:
        model.model_rebuild()
    except Exception as error:
        raise ModelFileError(path.name, f"{type(error).__name__}: {error}") from error
    return model


def _imported(path: Path) -> ModuleType:
    """The file as a module of its own name, read anew each time."""
    name = f"hub_validation_{hashlib.sha1(str(path).encode(), usedforsecurity=False).hexdigest()[:12]}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None or not path.is_file():
        raise ModelFileError(path.name, "there is no such file.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        where = getattr(error, "lineno", None)
        told = f"{type(error).__name__}: {error}" + (f" (line {where})" if where else "")
        raise ModelFileError(path.name, told) from error
    return module


def _check(model: type[BaseModel], document: JsonDict, faults: _Faults) -> None:
    from pydantic import ValidationError

    try:
        model.model_validate(document)
    except ValidationError as error:
        faults.add(str(document.get("_id")), error.errors(include_url=False, include_context=False))
    except Exception as error:  # a validator of the model itself failed
        told = {"loc": (), "type": "validator", "msg": f"{type(error).__name__}: {error}", "input": None}
        faults.add(str(document.get("_id")), [told])


class _Faults:
    """Faults by field and kind, with examples."""

    def __init__(self) -> None:
        self.invalid = self.left_out = 0
        self._rows: dict[tuple[str, str], JsonDict] = {}

    def add(self, id_: str, errors: Sequence[Mapping[str, Any]]) -> None:
        """The faults of one document."""
        self.invalid += 1
        for error in _without_list_alternatives(errors):
            field = ".".join(str(part) for part in error["loc"] if not isinstance(part, int)) or "__root__"
            key = (field, str(error["type"]))
            row = self._rows.get(key)
            if row is None:
                if len(self._rows) >= MAX_FAULTS:
                    self.left_out += 1
                    continue
                message = str(error["msg"])
                row = self._rows[key] = {"field": field, "type": key[1], "message": message, "count": 0, "examples": []}
            row["count"] += 1
            if len(row["examples"]) < EXAMPLES:
                row["examples"].append({"_id": id_, "value": str(error.get("input"))[:80]})

    def told(self) -> JsonDict:
        """As plain data."""
        rows = sorted(self._rows.values(), key=lambda row: (-row["count"], row["field"]))
        return {"invalid": self.invalid, "faults": rows, "left_out": self.left_out}


def _without_list_alternatives(errors: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Without "should be a valid list" where the value is none: another alternative of the field says what is wrong."""
    found = list(errors)
    kept = [e for e in found if e["type"] != "list_type" or isinstance(e.get("input"), list)]
    return kept or found

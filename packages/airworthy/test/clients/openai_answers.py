"""What is wrong with answers of the OpenAI API, by the types that its SDK has from the document that OpenAI publishes.

Reads a list of exchanges as JSON, `{name, path, asked, status, headers, text}` each, and prints what is wrong with which.
"""

import base64
import json
import struct
import sys
from typing import List, Literal

import pydantic
from openai import BaseModel
from openai.types import CreateEmbeddingResponse, Model
from openai.types.audio import Transcription, TranscriptionVerbose
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from openai.types.shared import ErrorObject


class ModelList(BaseModel):
    object: Literal["list"]
    data: List[Model]


class Refusal(BaseModel):
    error: ErrorObject


def schema_of(path, asked):
    if path == "/models":
        return ModelList
    if path.startswith("/models/"):
        return Model
    if path == "/embeddings":
        return CreateEmbeddingResponse
    if path.startswith("/audio/"):
        return TranscriptionVerbose if "verbose_json" in asked else Transcription
    return ChatCompletion


def check(schema, text):
    """No type is turned into another, no member that is required is absent, and none is there that the document lacks."""
    try:
        value = pydantic.TypeAdapter(schema).validate_json(text, strict=True)
    except pydantic.ValidationError as error:
        return [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()]
    return list(check_members(value, schema.__name__))


def check_members(value, at):
    if isinstance(value, pydantic.BaseModel):
        for name in value.model_extra or {}:
            yield f"{at}.{name}: is not in the document"
        for name in nullable(type(value)) - value.model_fields_set:
            yield f"{at}.{name}: may be null, but is to be there"
        for name in type(value).model_fields:
            yield from check_members(getattr(value, name), f"{at}.{name}")
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from check_members(each, f"{at}.{index}")


def nullable(model):
    """Required members that may be null look as if they had a default, but the generator writes what is required first."""
    fields = list(model.model_fields.items())
    required = [index for index, (_, field) in enumerate(fields) if field.is_required()]
    return {name for name, _ in fields[: max(required, default=-1) + 1]}


def check_embeddings(text):
    """The document knows vectors of numbers; base64 is their bytes, as the SDK reads it."""
    answer = json.loads(text)
    for each in answer["data"]:
        packed = base64.b64decode(each["embedding"], validate=True)
        each["embedding"] = struct.unpack(f"<{len(packed) // 4}f", packed)
    return check(CreateEmbeddingResponse, json.dumps(answer))


def check_events(text, counted):
    """Chunks up to `[DONE]`, or to an error."""
    wrong = [] if text.endswith("\n\n") else ["the last event is not whole"]
    events = [event.removeprefix("data: ") for event in text.split("\n\n") if event]
    for event in events[:-1]:
        wrong += check(ChatCompletionChunk, event)
        if not counted and json.loads(event).get("usage") is not None:
            wrong.append("usage: nobody asked for it")
    if events[-1] != "[DONE]":
        wrong += check(Refusal, events[-1])
    return wrong


def check_exchange(path, asked, status, headers, text):
    wrong = [] if headers.get("x-request-id") else ["x-request-id: is not there"]
    kind = headers.get("content-type", "")
    if status >= 400:
        return wrong + check(Refusal, text)
    if path == "/audio/speech":
        return wrong + ([] if kind.startswith("audio/") else [f"content-type: {kind}"])
    body = json.loads(asked) if asked.startswith("{") else {}
    if body.get("stream"):
        counted = (body.get("stream_options") or {}).get("include_usage", False)
        wrong += [] if kind.startswith("text/event-stream") else [f"content-type: {kind}"]
        return wrong + check_events(text, counted)
    wrong += [] if kind.startswith("application/json") else [f"content-type: {kind}"]
    if path == "/embeddings" and body.get("encoding_format") == "base64":
        return wrong + check_embeddings(text)
    return wrong + check(schema_of(path, asked), text)


if __name__ == "__main__":
    exchanges = json.load(sys.stdin)
    faults = {each.pop("name"): check_exchange(**each) for each in exchanges}
    print(json.dumps({name: wrong for name, wrong in faults.items() if wrong}, indent=1))

"""Every call of the OpenAI SDK that the gateway answers; prints what came as one JSON value.

Where EXCHANGES names a file, every answer is kept there as it came, for openai_answers.py.
"""

import io
import json
import os

import openai

exchanges = []


def keep(response):
    request = response.request
    path = request.url.path.partition("/v1")[2]
    asked = request.read().decode("utf-8", "replace")
    text = response.read().decode("utf-8", "replace")
    answer = {"status": response.status_code, "headers": dict(response.headers), "text": text}
    exchanges.append({"name": f"{len(exchanges)} {path}", "path": path, "asked": asked, **answer})


client = openai.OpenAI(
    max_retries=int(os.environ.get("RETRIES", "0")),
    http_client=openai.DefaultHttpxClient(event_hooks={"response": [keep]}),
)
messages = [{"role": "user", "content": "Who are you?"}]
said = {}

said["models"] = [model.id for model in client.models.list()]
chat = client.chat.completions.create(model="gpt-4o-mini", messages=messages, user="ann")
said["chat"] = chat.choices[0].message.content
said["usage"] = chat.usage.total_tokens
stream = client.chat.completions.create(model="gpt-4o-mini", messages=messages, stream=True)
said["stream"] = "".join(chunk.choices[0].delta.content or "" for chunk in stream)
counted = client.chat.completions.create(
    model="gpt-4o-mini", messages=messages, stream=True, stream_options={"include_usage": True}
)
said["counted"] = [chunk.usage.total_tokens for chunk in counted if chunk.usage]
tools = [{"type": "function", "function": {"name": "weather", "parameters": {}}}]
called = client.chat.completions.create(model="gpt-4o-mini", messages=messages, tools=tools)
said["tool"] = called.choices[0].message.tool_calls[0].function.arguments
said["embedding"] = client.embeddings.create(model="small", input="x").data[0].embedding
said["floats"] = client.embeddings.create(model="small", input="x", encoding_format="float").data[0].embedding
said["speech"] = list(client.audio.speech.create(model="tts-1", voice="alloy", input="hi").content)
for form in ["json", "verbose_json"]:
    file = ("a.wav", io.BytesIO(b"RIFF"), "audio/wav")
    heard = client.audio.transcriptions.create(model="whisper-1", file=file, response_format=form)
    said[f"heard as {form}"] = heard.text
said["errors"] = {}
for model in ["bad", "unauthorised", "unknown", "busy", "failing"]:
    try:
        client.chat.completions.create(model=model, messages=messages)
    except openai.APIStatusError as error:
        said["errors"][model] = [type(error).__name__, error.status_code, error.code, error.request_id]
if "EXCHANGES" in os.environ:
    with open(os.environ["EXCHANGES"], "w", encoding="utf-8") as kept:
        json.dump(exchanges, kept)
print(json.dumps(said))

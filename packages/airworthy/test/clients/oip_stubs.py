"""Stubs that grpcio-tools generates from our contract."""

import importlib
import subprocess
import sys
import tempfile

import grpc
from run_cases import run

GRPC, PROTO = sys.argv[2:4]

folder = tempfile.mkdtemp()
command = ["-m", "grpc_tools.protoc", f"-I{PROTO}", f"--python_out={folder}", f"--grpc_python_out={folder}"]
subprocess.run([sys.executable, *command, "open_inference.proto", "health.proto"], check=True)
sys.path.insert(0, folder)
pb2, stubs, health, health_stubs = (
    importlib.import_module(f"{name}_pb2{end}") for name in ("open_inference", "health") for end in ("", "_grpc")
)
channel = grpc.insecure_channel(f"127.0.0.1:{GRPC}")
server = stubs.GRPCInferenceServiceStub(channel)


def addition():
    tensors = [
        pb2.ModelInferRequest.InferInputTensor(
            name=name, datatype="INT32", shape=[1, 16], contents=pb2.InferTensorContents(int_contents=range(16))
        )
        for name in ("INPUT0", "INPUT1")
    ]
    return pb2.ModelInferRequest(model_name="simple", inputs=tensors)


def case_stubs_ask_and_stream():
    assert server.ServerLive(pb2.ServerLiveRequest()).live
    answer = server.ModelInfer(addition())
    assert list(answer.outputs[0].contents.int_contents) == [2 * each for each in range(16)]
    answers = list(server.ModelStreamInfer(iter([addition()] * 3)))
    assert [each.error_message for each in answers] == ["", "", ""]


def case_stubs_cancel_a_stream():
    stream = server.ModelStreamInfer(addition() for _ in range(1_000_000))
    next(stream)
    stream.cancel()
    assert server.ServerReady(pb2.ServerReadyRequest()).ready


def case_stubs_health():
    checks = health_stubs.HealthStub(channel)
    assert checks.Check(health.HealthCheckRequest()).status == health.HealthCheckResponse.SERVING
    watch = checks.Watch(health.HealthCheckRequest(service="nothing"))
    assert next(watch).status == health.HealthCheckResponse.SERVICE_UNKNOWN
    watch.cancel()


def case_stubs_reflection():
    method = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo"
    ask = channel.stream_stream(method, request_serializer=bytes, response_deserializer=bytes)
    # Field 7 of the request: list_services.
    told = next(ask(iter([b"\x3a\x01*"]), timeout=5))
    assert b"inference.GRPCInferenceService" in told and b"grpc.health.v1.Health" in told, told


if __name__ == "__main__":
    run(sys.modules["__main__"])

"""Triton's own clients, over HTTP and gRPC."""

import queue
import sys

import numpy as np
import tritonclient.grpc as triton_grpc
import tritonclient.http as triton_http
from run_cases import run
from tritonclient.utils import InferenceServerException

HTTP, GRPC = sys.argv[1:3]
ADDRESS = {triton_http: f"127.0.0.1:{HTTP}", triton_grpc: f"127.0.0.1:{GRPC}"}
BOTH = (triton_http, triton_grpc)
NUMPY = {
    "BOOL": np.bool_, "INT8": np.int8, "INT16": np.int16, "INT32": np.int32, "INT64": np.int64,
    "UINT8": np.uint8, "UINT16": np.uint16, "UINT32": np.uint32, "UINT64": np.uint64,
    "FP32": np.float32, "FP64": np.float64,
}  # fmt: skip


def client(module):
    return module.InferenceServerClient(ADDRESS[module])


def tensor(module, name, array, datatype, **how):
    given = module.InferInput(name, list(array.shape), datatype)
    given.set_data_from_numpy(array, **how)
    return given


def simple(module, **how):
    first = np.arange(16, dtype=np.int32).reshape(1, 16)
    inputs = [tensor(module, f"INPUT{at}", each, "INT32", **how) for at, each in enumerate((first, first * 10))]
    return first, inputs


def flights(module, rows=2):
    def column(name, values, datatype, kind):
        return tensor(module, name, np.array(values, dtype=kind).reshape(-1, 1), datatype)

    return [
        column("date", [b"2001-02-03T17:40:00Z"] * rows, "BYTES", object),
        column("distance", [733 + row for row in range(rows)], "FP32", np.float32),
        column("origin", [b"ORD"] * rows, "BYTES", object),
        column("destination", [b"LGA", b""] * (rows // 2), "BYTES", object),
    ]


def refused(call, *words):
    try:
        call()
    except InferenceServerException as error:
        assert all(word in str(error) for word in words), str(error)
        return error
    raise AssertionError(f"not refused: {words}")


def case_triton_asks_what_there_is():
    for module in BOTH:
        server = client(module)
        assert server.is_server_live() and server.is_server_ready()
        assert server.is_model_ready("simple") and server.is_model_ready("simple", "1")
        metadata, model = server.get_server_metadata(), server.get_model_metadata("simple")
        if module is triton_grpc:
            assert metadata.name == "airworthy" and list(model.inputs[0].shape) == [-1, 16]
            assert server.get_model_config("simple", as_json=True)["config"]["max_batch_size"] == 1000
        else:
            assert "binary_tensor_data" in metadata["extensions"]
            assert model["outputs"][1] == {"name": "OUTPUT1", "datatype": "INT32", "shape": [-1, 16]}
            assert server.get_model_config("simple")["input"][0]["dims"] == [16]
    assert not client(triton_http).is_model_ready("nothing")
    assert not client(triton_http).is_model_ready("simple", "01")
    refused(lambda: client(triton_grpc).get_model_metadata("nothing"), "NOT_FOUND")


def case_triton_infers_binary_by_default():
    for module in BOTH:
        first, inputs = simple(module)
        answer = client(module).infer("simple", inputs)
        assert (answer.as_numpy("OUTPUT0") == first * 11).all()
        assert (answer.as_numpy("OUTPUT1") == first * -9).all()
        outputs = [module.InferRequestedOutput("OUTPUT1")]
        answer = client(module).infer("simple", inputs, model_version="1", request_id="my", outputs=outputs)
        assert answer.as_numpy("OUTPUT0") is None and answer.as_numpy("OUTPUT1").dtype == np.int32
        response = answer.get_response()
        assert (response.id if module is triton_grpc else response["id"]) == "my"


def case_triton_infers_in_json_and_mixed():
    first, inputs = simple(triton_http, binary_data=False)
    outputs = [
        triton_http.InferRequestedOutput("OUTPUT0", binary_data=False),
        triton_http.InferRequestedOutput("OUTPUT1"),
    ]
    answer = client(triton_http).infer("simple", inputs, outputs=outputs)
    assert (answer.as_numpy("OUTPUT0") == first * 11).all() and (answer.as_numpy("OUTPUT1") == first * -9).all()
    _, binary = simple(triton_http)
    answer = client(triton_http).infer("simple", [inputs[0], binary[1]], outputs=outputs[:1])
    assert (answer.as_numpy("OUTPUT0") == first * 11).all()


def case_triton_compresses_both_ways():
    for how in ("gzip", "deflate"):
        server, inputs = client(triton_http), flights(triton_http, 200)
        plain = server.infer("flight-delays", inputs)
        packed = server.infer(
            "flight-delays", inputs, request_compression_algorithm=how, response_compression_algorithm=how
        )
        assert (packed.as_numpy("probability") == plain.as_numpy("probability")).all()
        packed = client(triton_grpc).infer("flight-delays", flights(triton_grpc, 200), compression_algorithm=how)
        assert (packed.as_numpy("probability") == plain.as_numpy("probability")).all()


def case_triton_every_datatype():
    for module in BOTH:
        inputs, expected = [], {}
        for datatype, kind in NUMPY.items():
            info = None if datatype == "BOOL" else (np.finfo if datatype.startswith("FP") else np.iinfo)(kind)
            # Functions are JavaScript, whose whole numbers end at 2^53.
            most = 2**53 - 1 if datatype.endswith("INT64") else np.inf
            values = [True, False] if info is None else [max(info.min, -most), min(info.max, most)]
            expected[datatype] = np.array(values, dtype=kind)
            inputs.append(tensor(module, datatype, expected[datatype], datatype))
        expected["BYTES"] = np.array(["né".encode(), b""], dtype=object)
        inputs.append(tensor(module, "BYTES", expected["BYTES"], "BYTES"))
        answer = client(module).infer("echo", inputs)
        for datatype, values in expected.items():
            given = answer.as_numpy(f"{datatype} back")
            assert given.dtype == values.dtype and (given == values).all(), (datatype, given, values)


def case_triton_records_by_column():
    http, other = (client(module).infer("flight-delays", flights(module, 2)) for module in BOTH)
    assert http.as_numpy("probability").shape == (2, 1) and http.as_numpy("label").tolist() == [[b"true"], [b"true"]]
    assert (http.as_numpy("probability") == other.as_numpy("probability")).all()
    far = tensor(triton_http, "distance", np.array([[9e9], [1.0]]), "FP64")
    wrong = [far if each.name() == "distance" else each for each in flights(triton_http)]
    refused(lambda: client(triton_http).infer("flight-delays", wrong), "[0].distance", "at most 5000 miles")
    lost = tensor(triton_http, "distance", np.array([[1.0], [np.inf]]), "FP64")
    wrong = [lost if each.name() == "distance" else each for each in flights(triton_http)]
    refused(lambda: client(triton_http).infer("flight-delays", wrong), "[1].distance")
    refused(lambda: client(triton_http).infer("flight-delays", flights(triton_http)[1:]), '"date" is missing')


def case_triton_no_rows():
    for module in BOTH:
        none = np.zeros((0, 16), dtype=np.int32)
        inputs = [tensor(module, name, none, "INT32") for name in ("INPUT0", "INPUT1")]
        assert client(module).infer("simple", inputs).as_numpy("OUTPUT0").shape == (0, 16)


def case_triton_is_told_what_is_wrong():
    for module in BOTH:
        server, (_, inputs) = client(module), simple(module)
        refused(lambda: server.infer("nothing", inputs), "nothing")
        refused(lambda: server.infer("simple", inputs, model_version="9"), "9")
        refused(lambda: server.infer("simple", inputs[:1]), '"INPUT1" is missing')
        refused(lambda: server.infer("simple", [*inputs, inputs[0]]), "there twice")
        wide = tensor(module, "INPUT1", np.zeros((1, 17), dtype=np.int32), "INT32")
        refused(lambda: server.infer("simple", [inputs[0], wide]), "[1,17]", "[-1,16]")
        half = tensor(module, "INPUT1", np.full((1, 16), 0.5, dtype=np.float32), "FP32")
        refused(lambda: server.infer("simple", [inputs[0], half]), "0.5, which is no INT32")
        outputs = [module.InferRequestedOutput("OUTPUT7")]
        refused(lambda: server.infer("simple", inputs, outputs=outputs), 'no output "OUTPUT7"')
        outputs = [module.InferRequestedOutput("OUTPUT0", class_count=2)]
        refused(lambda: server.infer("simple", inputs, outputs=outputs), "classification")
        refused(lambda: server.infer("simple", inputs, sequence_id=7), "sequence_id")
    code = refused(lambda: client(triton_grpc).infer("nothing", simple(triton_grpc)[1])).status()
    assert code == "StatusCode.NOT_FOUND", code


def case_triton_a_float_may_be_another_datatype():
    for module in BOTH:
        first, inputs = simple(module)
        whole = tensor(module, "INPUT1", (first * 10).astype(np.float64), "FP64")
        assert (client(module).infer("simple", [inputs[0], whole]).as_numpy("OUTPUT0") == first * 11).all()


def case_triton_deadlines():
    server, inputs = client(triton_grpc), [tensor(triton_grpc, "ms", np.array([3_000], dtype=np.int32), "INT32")]
    error = refused(lambda: server.infer("slow", inputs, client_timeout=0.3))
    assert error.status() == "StatusCode.DEADLINE_EXCEEDED", error
    inputs = [tensor(triton_http, "ms", np.array([3_000], dtype=np.int32), "INT32")]
    error = refused(lambda: client(triton_http).infer("slow", inputs, timeout=200_000))
    assert error.status() == "504", error


def case_triton_cancels():
    server, told = client(triton_grpc), queue.Queue()
    inputs = [tensor(triton_grpc, "ms", np.array([60_000], dtype=np.int32), "INT32")]
    call = server.async_infer("slow", inputs, lambda result, error: told.put(error))
    call.cancel()
    assert "Locally cancelled" in str(told.get(timeout=5)) or "CANCELLED" in str(error_text(told))
    quick = [tensor(triton_grpc, "ms", np.array([1], dtype=np.int32), "INT32")]
    assert server.infer("slow", quick).as_numpy("slept")[0] == 1


def error_text(told):
    return told.get_nowait() if not told.empty() else "CANCELLED"


def case_triton_many_at_once():
    server, told = client(triton_grpc), queue.Queue()
    first, inputs = simple(triton_grpc)
    for _ in range(100):
        server.async_infer("simple", inputs, lambda result, error: told.put((result, error)))
    for _ in range(100):
        result, error = told.get(timeout=20)
        assert error is None and (result.as_numpy("OUTPUT0") == first * 11).all()
    with triton_http.InferenceServerClient(ADDRESS[triton_http], concurrency=8) as parallel:
        asked = [parallel.async_infer("simple", simple(triton_http)[1]) for _ in range(50)]
        assert all((each.get_result().as_numpy("OUTPUT0") == first * 11).all() for each in asked)


def case_triton_streams():
    server, told = client(triton_grpc), queue.Queue()
    server.start_stream(lambda result, error: told.put((result, error)))
    first, inputs = simple(triton_grpc)
    for index in range(20):
        wrong = index == 7
        server.async_stream_infer("simple", inputs[:1] if wrong else inputs, request_id=str(index))
    for index in range(20):
        result, error = told.get(timeout=10)
        if index == 7:
            assert '"INPUT1" is missing' in str(error)
        else:
            assert result.get_response().id == str(index) and (result.as_numpy("OUTPUT0") == first * 11).all()
    server.stop_stream()


def case_triton_streams_text_as_it_is_made():
    server, told = client(triton_grpc), queue.Queue()
    server.start_stream(lambda result, error: told.put((result, error)))
    text = tensor(triton_grpc, "text_input", np.array([b"Who are you?"], dtype=object), "BYTES")
    server.async_stream_infer("chat", [text], request_id="t", parameters={"temperature": 0})
    pieces = []
    while True:
        result, error = told.get(timeout=10)
        assert error is None, error
        pieces.append(result.as_numpy("text_output")[0].decode())
        if result.get_response().parameters["triton_final_response"].bool_param:
            break
    server.stop_stream()
    assert len(pieces) > 2 and "".join(pieces) == "I am stub", pieces


def case_triton_loads_and_unloads():
    for module in BOTH:
        server = client(module)

        def state():
            index = server.get_model_repository_index()
            models = index.models if module is triton_grpc else index
            named = [(each.name, each.state) if module is triton_grpc else (each["name"], each["state"]) for each in models]
            return dict(named)["loads"]

        assert state() == "UNAVAILABLE"
        refused(lambda: server.infer("loads", simple(module)[1]))
        server.load_model("loads")
        assert state() == "READY" and server.is_model_ready("loads")
        server.infer("loads", simple(module)[1])
        server.unload_model("loads")
        assert state() == "UNAVAILABLE"
        refused(lambda: server.load_model("nothing"), "nothing")
        refused(lambda: server.load_model("loads", config="{}"), "config")


def case_triton_counts():
    for module in BOTH:
        server, (_, inputs) = client(module), simple(module)
        read = lambda: (
            server.get_inference_statistics("simple", as_json=True)
            if module is triton_grpc
            else server.get_inference_statistics("simple")
        )["model_stats"][0]
        before = int(read()["inference_count"])
        for _ in range(3):
            server.infer("simple", inputs)
        after = read()
        assert int(after["inference_count"]) == before + 3 and int(after["inference_stats"]["success"]["ns"]) > 0
        server.get_inference_statistics()


if __name__ == "__main__":
    run(sys.modules["__main__"])

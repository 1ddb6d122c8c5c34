"""KServe's own clients, over REST and gRPC."""

import asyncio
import sys

import numpy as np
from kserve import InferenceGRPCClient, InferenceRESTClient, InferInput, InferRequest, RESTConfig
from run_cases import run

HTTP, GRPC = sys.argv[1:3]


def request():
    first = np.arange(16, dtype=np.int32).reshape(1, 16)
    inputs = [InferInput(name, [1, 16], "INT32") for name in ("INPUT0", "INPUT1")]
    return first, inputs


def case_kserve_rest():
    async def ask():
        server = InferenceRESTClient(RESTConfig(protocol="v2", retries=1))
        base = f"http://127.0.0.1:{HTTP}"
        assert await server.is_server_live(base) and await server.is_server_ready(base)
        assert await server.is_model_ready(base, "simple") and not await server.is_model_ready(base, "nothing")
        for binary in (True, False):
            first, inputs = request()
            for each in inputs:
                each.set_data_from_numpy(first, binary_data=binary)
            asked = InferRequest("simple", inputs, parameters={"binary_data_output": binary})
            answer = await server.infer(base, asked, model_name="simple")
            given = next(each for each in answer.outputs if each.name == "OUTPUT0")
            assert (given.as_numpy() == first * 2).all() and answer.model_name == "simple" and answer.id
        try:
            await server.infer(base, InferRequest("simple", inputs[:1]), model_name="simple")
            raise AssertionError("not refused")
        except Exception as error:
            assert '"INPUT1" is missing' in str(error), error
        await server.close()

    asyncio.run(ask())


def case_kserve_grpc():
    async def ask():
        async with InferenceGRPCClient(f"127.0.0.1:{GRPC}", retries=2) as server:
            assert await server.is_server_live() and await server.is_server_ready()
            assert await server.is_model_ready("simple")
            first, inputs = request()
            for binary in (True, False):
                for each in inputs:
                    each.set_data_from_numpy(first, binary_data=binary)
                answer = await server.infer(InferRequest("simple", inputs))
                given = next(each for each in answer.outputs if each.name == "OUTPUT1")
                assert (given.as_numpy() == first * 0).all()

    asyncio.run(ask())


if __name__ == "__main__":
    run(sys.modules["__main__"])

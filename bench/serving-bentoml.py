"""A service as BentoML's documentation writes them, started by its own command: PIPELINE.joblib. Prints the port that it will listen on."""
import os
import socket
import sys
from pathlib import Path

PIPELINE = "BENCH_PIPELINE"


def serve(pipeline):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    os.environ[PIPELINE] = str(Path(pipeline).absolute())
    # It keeps its folders there, not in the home folder, and tells nobody of the run.
    os.environ["BENTOML_HOME"] = str(Path(pipeline).absolute().with_suffix(".bentoml"))
    os.environ["BENTOML_DO_NOT_TRACK"] = "True"
    here = Path(__file__).absolute()
    print(port, flush=True)
    os.execv(
        sys.executable,
        [sys.executable, "-m", "bentoml", "serve", f"{here.stem}:Bench", "--working-dir", str(here.parent)]
        + ["--host", "127.0.0.1", "--port", port],
    )


if __name__ == "__main__":
    serve(sys.argv[1])

import bentoml  # noqa: E402: the starter has no use for it
import joblib  # noqa: E402
import numpy as np  # noqa: E402
from pydantic import BaseModel  # noqa: E402


class Record(BaseModel):
    f0: float
    f1: float
    f2: float
    f3: float
    f4: float
    f5: float
    f6: float
    f7: float
    f8: float
    f9: float


class Prediction(BaseModel):
    label: bool
    probability: float


# By default it has one thread, which costs it more CPU a request; FastAPI has 40 by itself.
@bentoml.service(threads=40, logging={"access": {"enabled": False}})
class Bench:
    def __init__(self):
        self.pipeline = joblib.load(os.environ[PIPELINE])

    @bentoml.api(route="/predict/bench")
    # The bare parameter is the whole body.
    def predict(self, record: Record, /) -> Prediction:
        row = np.array([list(record.model_dump().values())])
        probability = float(self.pipeline.predict_proba(row)[0, 1])
        return Prediction(label=probability >= 0.5, probability=probability)

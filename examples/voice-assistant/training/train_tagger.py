"""Trains an intent-and-slot tagger from scratch: word and character features -> BiGRU -> intent and CRF.

    python training/train_tagger.py --train train.jsonl --held-out held-out.jsonl --output models/tagger.json

Each line of a file is one sentence: {"tokens": [...], "labels": ["O", "B-room", ...], "intent": "light state=on"}.
The model is one JSON file (weights as base64 float16) that src/planners/tagger reads without Python.
The same files, options and seed give the same bytes but for `facts.seconds` and `facts.cpuSeconds`.
"""

import argparse
import base64
import hashlib
import json
import math
import random
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

from tagger_model import Tagger
from tagger_sentences import LONGEST_WORD, Encoder, Vocabulary, batches_of, spans_of
from tagger_temperatures import fit_temperatures


def read_sentences(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def digest_of(paths):
    digest = hashlib.sha256()
    for path in paths:
        with open(path, "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def predict(model, encoder, sentences):
    """For each sentence: intent, labels, and what the temperatures are fitted on."""
    model.eval()
    predictions = [None] * len(sentences)
    with torch.no_grad():
        for batch in batches_of(sentences, 256, None):
            chosen = [sentences[i] for i in batch]
            intents, emissions = model(*encoder.encode(chosen))
            labels, _ = model.best_labels(emissions, intents)
            for row, i in enumerate(batch):
                predictions[i] = {
                    "intent": encoder.vocabulary.intents[intents[row].argmax()],
                    "labels": [encoder.vocabulary.labels[k] for k in labels[row].tolist()],
                    "intents": intents[row],
                    "emissions": emissions[row],
                }
    return predictions


def measure(sentences, predictions):
    right = found = expected = intents = exact = 0
    for sentence, prediction in zip(sentences, predictions):
        truth, said = spans_of(sentence["labels"]), spans_of(prediction["labels"])
        right, found, expected = right + len(truth & said), found + len(said), expected + len(truth)
        same_intent = sentence["intent"] == prediction["intent"]
        intents += same_intent
        exact += same_intent and truth == said
    n = len(sentences)
    return {"intent": intents / n, "slot_f1": 2 * right / max(1, found + expected), "exact": exact / n}


def rate_at(step, steps, options):
    """Warms up over the first twentieth, then falls to nothing along a cosine."""
    warm = max(1, steps // 20)
    return options.rate * (step / warm if step < warm else 0.5 * (1 + math.cos(math.pi * (step - warm) / (steps - warm))))


def train(model, encoder, sentences, options, after_epoch):
    order, chance = random.Random(options.seed), random.Random(options.seed + 1)
    optimizer = torch.optim.AdamW(model.parameters(), lr=options.rate, weight_decay=options.weight_decay, betas=(0.9, 0.98))
    per_epoch = len(batches_of(sentences, options.batch, None))
    averaged, step = {name: p.detach().clone() for name, p in model.named_parameters()}, 0
    for epoch in range(1, options.epochs + 1):
        model.train()
        total = 0.0
        for batch in batches_of(sentences, options.batch, order):
            for group in optimizer.param_groups:
                group["lr"] = rate_at(step, per_epoch * options.epochs, options)
            chosen = [sentences[i] for i in batch]
            loss = loss_of(model, encoder, chosen, chance)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 5.0)
            optimizer.step()
            step += 1
            total += loss.item() * len(batch)
            keep = min(options.average, (1 + step) / (10 + step))
            for name, parameter in model.named_parameters():
                averaged[name].lerp_(parameter.detach(), 1 - keep)
        after_epoch(epoch, total / len(sentences), averaged)
    for name, parameter in model.named_parameters():
        parameter.data.copy_(averaged[name])


def loss_of(model, encoder, sentences, chance):
    sentences = [encoder.exchange_values(sentence, chance) for sentence in sentences]
    intents, emissions = model(*encoder.encode(sentences, chance))
    intent, labels = encoder.answers(sentences)
    of_slots = model.log_normaliser(emissions) - model.score(emissions, labels)
    of_intent = F.cross_entropy(intents, intent, label_smoothing=encoder.options.label_smoothing)
    return encoder.options.intent_weight * of_intent + of_slots.mean()


def evaluate_averaged(model, averaged, encoder, sentences):
    kept = {name: p.detach().clone() for name, p in model.named_parameters()}
    for name, parameter in model.named_parameters():
        parameter.data.copy_(averaged[name])
    measured = measure(sentences, predict(model, encoder, sentences))
    for name, parameter in model.named_parameters():
        parameter.data.copy_(kept[name])
    return measured


def tensors_of(model):
    return {
        name: {"shape": list(p.shape), "float16": base64.b64encode(p.detach().half().numpy().tobytes()).decode()}
        for name, p in model.named_parameters()
    }


def model_of(model, vocabulary, options, temperatures, facts):
    return {
        "format": "airworthy-voice-tagger/1",
        "config": {"hidden": options.hidden, "longestWord": LONGEST_WORD},
        "words": vocabulary.words,
        "characters": vocabulary.characters,
        "intents": vocabulary.intents,
        "labels": vocabulary.labels,
        "slots": {intent: sorted(slots) for intent, slots in vocabulary.allowed.items()},
        "temperatures": temperatures,
        "reject": options.reject,
        "facts": facts,
        "tensors": tensors_of(model),
    }


def write_scores(path, sentences, predictions):
    with open(path, "w", encoding="utf-8") as file:
        for sentence, prediction in zip(sentences, predictions):
            scores = {name: prediction[name].tolist() for name in ("intents", "emissions")}
            said = {"intent": prediction["intent"], "labels": prediction["labels"]}
            file.write(json.dumps({"tokens": sentence["tokens"], "said": said, **scores}) + "\n")


def options_of(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", required=True, nargs="+", metavar="FILE", help="sentences to learn from")
    parser.add_argument("--held-out", metavar="FILE", help="sentences to measure on after each epoch, and to fit the temperatures on")
    parser.add_argument("--output", metavar="FILE", help="where the model goes")
    parser.add_argument("--scores", metavar="FILE", help="where the network's scores of the held-out sentences go, to compare with")
    parser.add_argument("--epochs", type=int, default=15)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rate", type=float, default=0.003)
    parser.add_argument("--weight-decay", type=float, default=0.01)
    parser.add_argument("--hidden", type=int, default=64)
    parser.add_argument("--word-dim", type=int, default=64)
    parser.add_argument("--char-dim", type=int, default=16)
    parser.add_argument("--char-filters", type=int, default=48)
    parser.add_argument("--phrase-filters", type=int, default=96, help="what is looked for in pairs of words, for the intent")
    parser.add_argument("--shape-dim", type=int, default=4)
    parser.add_argument("--dropout", type=float, default=0.4)
    parser.add_argument("--word-dropout", type=float, default=0.1, help="share of the words outside values that are unknown in training")
    parser.add_argument("--value-dropout", type=float, default=0.6, help="the same of words inside values")
    parser.add_argument("--value-noise", type=float, default=0.3, help="share of the values made of any words in training")
    parser.add_argument("--label-smoothing", type=float, default=0.0)
    parser.add_argument("--intent-weight", type=float, default=1.0)
    parser.add_argument("--average", type=float, default=0.998, help="how slowly the averaged weights follow")
    parser.add_argument("--least", type=int, default=1, help="how often a word must occur to be known")
    parser.add_argument("--reject", type=float, default=0.0, help="an intent less sure than this is `other`")
    parser.add_argument("--temperatures", type=float, nargs=2, metavar=("INTENT", "SLOTS"), help="where nothing is held out")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args(arguments)


def main(arguments):
    options = options_of(arguments)
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    torch.use_deterministic_algorithms(True)
    started, busy = time.time(), time.process_time()
    sentences = [sentence for path in options.train for sentence in read_sentences(path)]
    held_out = read_sentences(options.held_out) if options.held_out else None
    vocabulary = Vocabulary(sentences, options.least)
    encoder, model = Encoder(vocabulary, options), Tagger(vocabulary, options)
    parameters = sum(p.numel() for p in model.parameters())
    print(f"{parameters} parameters, {len(sentences)} sentences, {len(vocabulary.words)} words, "
          f"{len(vocabulary.intents)} intents, {len(vocabulary.labels)} labels", flush=True)

    def after_epoch(epoch, loss, averaged):
        measured = evaluate_averaged(model, averaged, encoder, held_out) if held_out else {}
        figures = " ".join(f"{name}={value:.4f}" for name, value in {"loss": loss, **measured}.items())
        print(f"epoch {epoch} {figures} cpu_seconds={time.process_time() - busy:.1f}", flush=True)

    train(model, encoder, sentences, options, after_epoch)
    for parameter in model.parameters():
        parameter.data.copy_(parameter.data.half().float())
    temperatures = {"intent": 1.0, "slots": 1.0}
    if options.temperatures:
        temperatures = {"intent": options.temperatures[0], "slots": options.temperatures[1]}
    elif held_out:
        temperatures = fit_temperatures(model, encoder, held_out, predict(model, encoder, held_out))
    facts = {
        "trainer": "training/train_tagger.py",
        "arguments": arguments,
        "parameters": parameters,
        "sentences": len(sentences),
        "data": digest_of(options.train),
        "seed": options.seed,
        "torch": torch.__version__,
        "seconds": round(time.time() - started, 1),
        "cpuSeconds": round(time.process_time() - busy, 1),
    }
    if held_out:
        facts["heldOut"] = {name: round(value, 4) for name, value in measure(held_out, predict(model, encoder, held_out)).items()}
        print("held out " + " ".join(f"{name}={value}" for name, value in facts["heldOut"].items()), flush=True)
    if options.scores:
        write_scores(options.scores, held_out, predict(model, encoder, held_out))
    if options.output:
        with open(options.output, "w", encoding="utf-8") as file:
            json.dump(model_of(model, vocabulary, options, temperatures, facts), file, indent=1)
            file.write("\n")


if __name__ == "__main__":
    main(sys.argv[1:])

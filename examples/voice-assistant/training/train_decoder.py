"""Trains the tiny decoder that writes a call as JSON from a sentence: from scratch, or an adapter on a base.

  airworthy run -- python training/train_decoder.py --mode base --train sentences.jsonl --new light_color,news --out base.gguf
  airworthy run -- python training/train_decoder.py --mode lora --base base.gguf --train sentences.jsonl --new light_color,news --out adapter.gguf

Sentences are JSON lines { tokens, labels, intent }, as src/corpus writes them.
"""

import argparse
import hashlib
import json
import math
import time

import torch
from torch.nn import functional as F

from decoder_model import Decoder
from decoder_sentences import Sampler, normalised_words, prompt_of, read_rows, sentence_and_call, skill_of, to_batch, weights_of
from decoder_tokenizer import END, Tokenizer, learn_merges
from gguf_file import Uint32, read_gguf, write_gguf

SKELETON_WORDS = ["weather", "time", "timer", "set", "cancel", "check", "light", "color", "list", "add", "read", "clear", "note", "math", "music", "stop", "news", "story", "remember", "forget", "what", "do", "you", "know", "other"]
ARGUMENT_WORDS = ["location", "day", "duration", "name", "state", "room", "color", "item", "list", "text", "expression", "song", "artist", "favorite", "topic", "tale", "key", "value"]
POOL_BATCHES = 8
MAX_CALL_TOKENS = 64


def main():
    options = read_options()
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    started = time.process_time()
    rows = read_rows(options.train)
    model, tokenizer, trained = prepare(options, rows)
    kept, weights = chosen_rows(options, rows)
    if trained:
        train(model, trained, Sampler(kept, weights, options), tokenizer, options)
    for path in options.evaluate:
        report(model, tokenizer, read_rows(path), path)
    facts = {
        "airworthy.sentences": len(kept) if trained else 0,
        "airworthy.data_sha256": digest(options.train),
        "airworthy.steps": options.steps if trained else 0,
        "airworthy.seed": options.seed,
        "airworthy.torch": torch.__version__,
        **({"airworthy.base_sha256": digest(options.base)} if options.base else {}),
    }
    write(model, tokenizer, options, facts)
    print(f"parameters={model.parameter_count()} trained_parameters={sum(map(torch.numel, trained))} cpu_seconds={time.process_time() - started:.0f}")


def read_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mode", choices=["untrained", "base", "lora"], required=True)
    parser.add_argument("--train", required=True, help="sentences; the pieces of words are learnt from all of them")
    parser.add_argument("--evaluate", action="append", default=[], help="sentences to judge at the end")
    parser.add_argument("--out", required=True, help="GGUF file to write")
    parser.add_argument("--base", help="GGUF file of a base: to adapt (lora), or to train further (base)")
    parser.add_argument("--new", default="", help="skills, by comma, that the base never sees and the adapter learns")
    parser.add_argument("--replay", type=float, default=0.5, help="lora: share of sentences of the skills that the base knows, against forgetting")
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--pseudo", type=float, default=0.5, help="share of sentences whose values are replaced by pseudo-words")
    parser.add_argument("--pseudo-from", choices=["all", "values"], default="values", help="words that pseudo-values may hold: all teaches to copy, only those that stand in no other place teaches where a value ends")
    parser.add_argument("--drop-words", type=float, default=0.05)
    parser.add_argument("--repeat", type=float, default=0.2, help="share of exercises that only repeat words: they teach to copy early")
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--alpha", type=float, default=32.0)
    parser.add_argument("--merges", type=int, default=900)
    parser.add_argument("--width", type=int, default=128)
    parser.add_argument("--layers", type=int, default=3)
    parser.add_argument("--heads", type=int, default=4)
    parser.add_argument("--hidden", type=int, default=320)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


def prepare(options, rows):
    """The model, its tokenizer and the parameters to train."""
    if options.base:
        metadata, tensors = read_gguf(options.base)
        model, tokenizer = Decoder.of_gguf(metadata, tensors, options.dropout), Tokenizer.of_pieces(metadata["tokenizer.ggml.tokens"])
        return model, tokenizer, model.add_adapter(options.rank, options.alpha, options.seed) if options.mode == "lora" else list(model.parameters())
    # The words of the form come first so that names and arguments are few pieces.
    words = normalised_words(rows) + [word for word in SKELETON_WORDS + ARGUMENT_WORDS for _ in range(1000)]
    tokenizer = Tokenizer(learn_merges(words, options.merges))
    model = Decoder(len(tokenizer.pieces), options.width, options.layers, options.heads, options.hidden, options.dropout)
    return model, tokenizer, list(model.parameters()) if options.mode == "base" else []


def chosen_rows(options, rows):
    """(rows, how often each is drawn)"""
    new = set(options.new.split(",")) - {""}
    old_rows = [row for row in rows if skill_of(row) not in new]
    if options.mode != "lora":
        return old_rows, weights_of(old_rows)
    new_rows = [row for row in rows if skill_of(row) in new]
    return [*new_rows, *old_rows], [*scaled(weights_of(new_rows), 1 - options.replay), *scaled(weights_of(old_rows), options.replay)]


def scaled(weights, total):
    factor = total / sum(weights)
    return [weight * factor for weight in weights]


def train(model, parameters, sampler, tokenizer, options):
    optimiser = torch.optim.AdamW(parameters, lr=options.rate, betas=(0.9, 0.98), weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: rate_share(step, options.steps))
    model.train()
    running = 0.0
    for step, batch in enumerate(batches(sampler, tokenizer, options), start=1):
        tokens, learnt = batch
        logits = model.logits(model(tokens[:, :-1])[learnt])
        loss = F.cross_entropy(logits, tokens[:, 1:][learnt])
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        schedule.step()
        running += loss.item()
        if step % 100 == 0:
            print(f"step {step} loss={running / 100:.4f}", flush=True)
            running = 0.0
    model.eval()


def rate_share(step, steps):
    warm_up = min(1.0, (step + 1) / 100)
    return warm_up * (0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * step / steps)))


def batches(sampler, tokenizer, options):
    """Sentences of about the same length stand in one batch, so that little of it is padding."""
    done = 0
    while done < options.steps:
        pool = sorted(sampler.draw(options.batch * POOL_BATCHES), key=lambda exercise: len(exercise[0]) + len(exercise[1]))
        for index in torch.randperm(POOL_BATCHES, generator=sampler.generator).tolist()[: options.steps - done]:
            yield to_batch(pool[index * options.batch : (index + 1) * options.batch], tokenizer)
            done += 1


def report(model, tokenizer, rows, path):
    pairs = [sentence_and_call(row) for row in rows]
    answers = [write_call(model, tokenizer, sentence) for sentence, _ in pairs]
    exact = sum(answer == call for answer, (_, call) in zip(answers, pairs)) / len(pairs)
    name = sum(answer.startswith(call.split(",")[0] + ",") for answer, (_, call) in zip(answers, pairs)) / len(pairs)
    print(f"{path}: sentences={len(pairs)} exact={exact:.4f} name={name:.4f}", flush=True)
    for answer, (sentence, call) in list(zip(answers, pairs))[:12]:
        print(f"  {'right' if answer == call else 'WRONG'} {sentence} -> {answer}")


@torch.inference_mode()
def write_call(model, tokenizer, sentence):
    model.eval()
    tokens = prompt_of(sentence, tokenizer)
    answer = []
    while len(answer) < MAX_CALL_TOKENS:
        state = model(torch.tensor([tokens + answer]))[0, -1]
        token = model.logits(state).argmax().item()
        if token == END:
            break
        answer.append(token)
    return tokenizer.decode(answer)


def write(model, tokenizer, options, facts):
    if options.mode == "lora":
        head = {"general.type": "adapter", "general.architecture": "llama", "adapter.type": "lora", "adapter.lora.alpha": float(options.alpha)}
        write_gguf(options.out, {**head, "general.name": f"adapter of rank {options.rank} for {options.new}", **facts}, model.adapter_tensors())
        return
    name = f"tiny decoder, {model.parameter_count() / 1e6:.2f} M parameters, " + ("random weights" if options.mode == "untrained" else "trained from scratch on template sentences")
    head = {"general.architecture": "llama", "general.name": name, "general.file_type": Uint32(1)}
    write_gguf(options.out, {**head, **facts, **model.metadata(), **tokenizer.metadata()}, model.tensors())


def digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


if __name__ == "__main__":
    main()

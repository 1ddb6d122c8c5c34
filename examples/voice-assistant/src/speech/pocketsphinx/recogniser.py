"""One recogniser of Debian's pocketsphinx library, as a process of its own: a crash of it is not a crash of the house.

On its input: a byte that says what comes, four bytes of length, and the bytes: `S` an utterance starts, `A` samples at 16 kHz
(16 bit), `E` it has ended, `X` it is not wanted. On its output: a line of JSON for each thing to tell.
"""

import argparse
import ctypes
import json
import math
import struct
import sys

MODEL = "/usr/share/pocketsphinx/model/en-us"
POINTER = ctypes.c_void_p
FILLERS = ("<s>", "</s>", "<sil>", "++NOISE++", "++SMACK++")
# Without a second pass over the whole utterance once it has ended, and with fewer guesses at a time: 25 ms instead of
# 140 are left when speech ends (p95), for a few more wrong words.
ANSWERS_AT_ONCE = ("-fwdflat", "no", "-maxhmmpf", "10000", "-maxwpf", "20")
# What begins an utterance tells the voice and the microphone, and counts for more than what the library begins with.
LEARNING_BYTES = 25_600
LIBRARY_FRAMES, OUR_FRAMES = 500, 10
# Log probabilities are in a base of their own.
LOG_BASE = math.log(1.0001)


def tell(kind, **facts):
    sys.stdout.write(json.dumps({"kind": kind, **facts}) + "\n")
    sys.stdout.flush()


def load():
    """The two libraries, with the functions that are used declared."""
    sphinx = ctypes.CDLL("libpocketsphinx.so.3")
    base = ctypes.CDLL("libsphinxbase.so.3")
    text, number, numbers = ctypes.c_char_p, ctypes.c_int, ctypes.POINTER(ctypes.c_int)
    declared = {
        "ps_args": ([], POINTER), "ps_init": ([POINTER], POINTER), "ps_get_feat": ([POINTER], POINTER),
        "ps_get_logmath": ([POINTER], POINTER), "ps_set_lm": ([POINTER, text, POINTER], number),
        "ps_set_search": ([POINTER, text], number), "ps_set_keyphrase": ([POINTER, text, text], number),
        "ps_start_utt": ([POINTER], number), "ps_end_utt": ([POINTER], number), "ps_start_stream": ([POINTER], number),
        "ps_get_n_frames": ([POINTER], number),
        "ps_process_raw": ([POINTER, text, ctypes.c_size_t, number, number], number),
        "ps_get_hyp": ([POINTER, numbers], text), "ps_seg_iter": ([POINTER], POINTER),
        "ps_seg_next": ([POINTER], POINTER), "ps_seg_word": ([POINTER], text),
        "ps_seg_prob": ([POINTER, numbers, numbers, numbers], number),
    }
    for name, (arguments, result) in declared.items():
        getattr(sphinx, name).argtypes, getattr(sphinx, name).restype = arguments, result
    base.cmd_ln_parse_r.argtypes = [POINTER, POINTER, number, ctypes.POINTER(text), number]
    base.cmd_ln_parse_r.restype = POINTER
    base.ngram_model_read.argtypes, base.ngram_model_read.restype = [POINTER, text, number, POINTER], POINTER
    base.ngram_model_set_init.argtypes = [
        POINTER, ctypes.POINTER(POINTER), ctypes.POINTER(text), ctypes.POINTER(ctypes.c_float), number]
    base.ngram_model_set_init.restype = POINTER
    base.cmn_live_get.argtypes = base.cmn_live_set.argtypes = [POINTER, POINTER]
    return sphinx, base


class Recogniser:
    def __init__(self):
        self.sphinx, self.base = load()
        arguments = ["recogniser", "-hmm", f"{MODEL}/en-us", "-dict", f"{MODEL}/cmudict-en-us.dict",
                     "-logfn", "/dev/null", *ANSWERS_AT_ONCE]
        listed = (ctypes.c_char_p * len(arguments))(*[each.encode() for each in arguments])
        self.config = self.base.cmd_ln_parse_r(None, self.sphinx.ps_args(), len(arguments), listed, 1)
        self.decoder = self.sphinx.ps_init(self.config)
        if not self.decoder:
            raise OSError(f"{MODEL} cannot be read")
        self.channel = self.channel_mean()
        self.early = None

    def channel_mean(self):
        """Where the library keeps what it learnt of the microphone, with what it begins with."""
        features = self.sphinx.ps_get_feat(self.decoder)
        name = ctypes.c_char_p.from_address(features + 8).value
        if name != b"1s_c_d_dd":
            raise OSError("this build of libsphinxbase keeps its features elsewhere")
        learnt = POINTER.from_address(features + 88).value
        first = (ctypes.c_float * 13)()
        self.base.cmn_live_get(learnt, first)
        return learnt, first

    def use_language(self, skills, general_share):
        """The language of the skills, mixed with general English for what is no command."""
        logmath = self.sphinx.ps_get_logmath(self.decoder)
        models = [self.base.ngram_model_read(self.config, path.encode(), 0, logmath)
                  for path in (skills, f"{MODEL}/en-us.lm.bin")]
        if not all(models):
            raise OSError(f"{skills} or the English language model cannot be read")
        mixed = self.base.ngram_model_set_init(
            self.config, (POINTER * 2)(*models), (ctypes.c_char_p * 2)(b"skills", b"general"),
            (ctypes.c_float * 2)(1 - general_share, general_share), 2)
        if self.sphinx.ps_set_lm(self.decoder, b"speech", mixed) != 0:
            raise OSError("the language models cannot be mixed")
        self.sphinx.ps_set_search(self.decoder, b"speech")

    def start(self):
        # The same sound gives the same words, whatever was heard before it.
        self.base.cmn_live_set(*self.channel)
        self.begin()
        self.early = b""

    def begin(self):
        self.sphinx.ps_start_stream(self.decoder)
        self.sphinx.ps_start_utt(self.decoder)

    def begin_anew(self):
        self.sphinx.ps_end_utt(self.decoder)
        self.base.cmn_live_set(*self.channel)
        self.begin()

    def hear(self, samples):
        if self.early is None:
            self.process(samples)
            return
        self.early += samples
        if len(self.early) >= LEARNING_BYTES:
            self.learn_channel()

    def process(self, samples):
        self.sphinx.ps_process_raw(self.decoder, samples, len(samples) // 2, 0, 0)

    def learn_channel(self):
        """Hears the beginning twice: first to learn how this voice sounds through this microphone, then for its words."""
        early, self.early = self.early, None
        self.process(early[:LEARNING_BYTES])
        self.sphinx.ps_end_utt(self.decoder)
        frames, (learnt, first) = self.sphinx.ps_get_n_frames(self.decoder), self.channel
        mean = (ctypes.c_float * 13)()
        self.base.cmn_live_get(learnt, mean)
        for at, start in enumerate(first):
            heard = mean[at] * (LIBRARY_FRAMES + frames) - start * LIBRARY_FRAMES
            mean[at] = (start * OUR_FRAMES + heard) / (OUR_FRAMES + frames)
        self.base.cmn_live_set(learnt, mean)
        self.begin()
        self.process(early)

    def end(self):
        if self.early is not None:
            self.learn_channel()
        self.sphinx.ps_end_utt(self.decoder)

    def understood(self):
        score = ctypes.c_int()
        return (self.sphinx.ps_get_hyp(self.decoder, ctypes.byref(score)) or b"").decode()

    def confidences(self):
        """The posterior probability of each word."""
        found, segment = [], self.sphinx.ps_seg_iter(self.decoder)
        ignored = [ctypes.c_int() for _ in range(3)]
        while segment:
            posterior = self.sphinx.ps_seg_prob(segment, *[ctypes.byref(each) for each in ignored])
            word = self.sphinx.ps_seg_word(segment).decode()
            if word not in FILLERS:
                found.append(round(math.exp(posterior * LOG_BASE), 4))
            segment = self.sphinx.ps_seg_next(segment)
        return found


def messages():
    source = sys.stdin.buffer
    while True:
        head = source.read(5)
        if len(head) < 5:
            return
        kind, length = struct.unpack("<cI", head)
        yield kind, source.read(length)


def transcribe(recogniser):
    hearing, partial, utterance = False, "", 0
    for kind, samples in messages():
        if kind == b"S":
            if hearing:
                recogniser.end()
            recogniser.start()
            hearing, partial, utterance = True, "", utterance + 1
        elif kind == b"A" and hearing:
            recogniser.hear(samples)
            now = recogniser.understood()
            if now != partial:
                partial = now
                tell("partial", utterance=utterance, text=now)
        elif kind in (b"E", b"X") and hearing:
            recogniser.end()
            hearing = False
            if kind == b"E":
                tell("final", utterance=utterance, text=recogniser.understood(),
                     confidences=recogniser.confidences())


def spot(recogniser):
    """Waits for a phrase in sound without end; `heard` counts the samples up to where it was found, or where it was asked."""
    recogniser.begin()
    heard = 0
    for kind, samples in messages():
        if kind == b"E":
            tell("listened", heard=heard)
            recogniser.begin_anew()
        if kind != b"A":
            continue
        recogniser.process(samples)
        heard += len(samples) // 2
        if recogniser.understood():
            tell("spotted", heard=heard)
            recogniser.begin_anew()


def main():
    asked = argparse.ArgumentParser()
    asked.add_argument("--language")
    asked.add_argument("--general-share", type=float, default=0.0)
    asked.add_argument("--phrase")
    asked.add_argument("--threshold", default="1e-20")
    options = asked.parse_args()
    try:
        if options.phrase:
            # The phrase's own options are read when it is set.
            recogniser = Recogniser()
            recogniser.base.cmd_ln_set_float_r.argtypes = [POINTER, ctypes.c_char_p, ctypes.c_double]
            recogniser.base.cmd_ln_set_float_r(recogniser.config, b"-kws_threshold", float(options.threshold))
            recogniser.sphinx.ps_set_keyphrase(recogniser.decoder, b"wake", options.phrase.encode())
            recogniser.sphinx.ps_set_search(recogniser.decoder, b"wake")
        else:
            recogniser = Recogniser()
            recogniser.use_language(options.language, options.general_share)
    except OSError as error:
        tell("unavailable", message=str(error))
        sys.exit(4)
    tell("ready")
    (spot if options.phrase else transcribe)(recogniser)


main()

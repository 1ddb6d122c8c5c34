"""Writes what sacreBLEU, rouge-score, jiwer and NLTK say about pairs of texts, for the tests of src/evaluation/scoring.

    python3 make-text-oracle.py > ../fixtures/text-oracle.json        # the committed fixture (seed 1), then `biome format --write` it
    python3 make-text-oracle.py 7 sentences.txt                       # other pairs; real sentences, one a line

Needs sacrebleu >= 2.4, rouge-score >= 0.1.2, jiwer >= 4 and nltk >= 3.9 (no corpora).
"""

import json
import random
import sys

import jiwer
from nltk.stem.porter import PorterStemmer
from nltk.translate.gleu_score import corpus_gleu, sentence_gleu
from nltk.translate.meteor_score import meteor_score
from rouge_score.rouge_scorer import RougeScorer
from sacrebleu.metrics import BLEU, CHRF
from sacrebleu.tokenizers.tokenizer_13a import Tokenizer13a

SENTENCES = [
    "The quick brown fox jumps over the lazy dog.",
    "Flight 1,204 to Denver is delayed by 2.5 hours, isn't it?",
    'She said: "We\'ll arrive at 10:30 - or later!"',
    "Prices rose 3.2% in 2021-2022 (see table 4) & fell afterwards.",
    "Der Flug nach Zürich fällt aus; bitte buchen Sie um.",
    "Les élèves étudiaient déjà l'été dernier à Orléans.",
    "東京は日本の首都です。",
    "The models were generalizing conditionally, relational databases notwithstanding.",
    "He was hopping and hoping; the cats' playing annoyed the studies of lying agencies.",
    "Play the 1st album of AC/DC on my_playlist_2, please...",
    "a b c",
    "Yes",
    "Emoji 🙂 and 👩‍🚀 count, too.",
    "Traditional colonization of happy skies proceeded generously towards geology.",
    "It is a guide to action which ensures that the military always obeys the commands of the party",
    "It is a guide to action that ensures that the military will forever heed Party commands",
]


def changed(text, rng, vocabulary):
    """A text with words left out, put in, exchanged, and other case."""
    words = []
    for word in text.split():
        draw = rng.random()
        if draw < 0.12:
            continue
        if draw < 0.24:
            words.append(rng.choice(vocabulary))
        if draw > 0.94:
            words.append(word.upper())
        elif draw > 0.88:
            words.append(word.rstrip(".,!?") + "s")
        else:
            words.append(word)
    if rng.random() < 0.15 and len(words) > 2:
        at = rng.randrange(len(words) - 1)
        words[at], words[at + 1] = words[at + 1], words[at]
    return " ".join(words)


def pairs(rng, sentences):
    vocabulary = sorted({word for sentence in sentences for word in sentence.split()})
    for sentence in sentences:
        references = [sentence]
        if rng.random() < 0.4:
            references.append(changed(sentence, rng, vocabulary) or "also")
        yield sentence if rng.random() < 0.1 else changed(sentence, rng, vocabulary), references
    for _ in range(40):
        length = rng.randrange(1, 15)
        yield (
            " ".join(rng.choice(vocabulary) for _ in range(rng.randrange(0, 15))),
            [" ".join(rng.choice(vocabulary) for _ in range(length))],
        )


class NoSynonyms:
    """Stands for WordNet: METEOR without its third stage."""

    def synsets(self, _word):
        return []


def scores_of(answer, references):
    tokens = Tokenizer13a()
    split = [tokens(reference).split() for reference in references]
    ours = tokens(answer).split()
    rouge = {
        stem: RougeScorer(["rouge1", "rouge2", "rougeL"], use_stemmer=stem).score_multi(references, answer)
        for stem in (False, True)
    }
    words = jiwer.process_words(references[0], answer)
    characters = jiwer.process_characters(references[0], answer)
    return {
        "tokens": ours,
        "bleu": BLEU(effective_order=True).sentence_score(answer, references).score / 100,
        "chrf": CHRF().sentence_score(answer, references).score / 100,
        "chrfWithWords": CHRF(word_order=2).sentence_score(answer, references).score / 100,
        "gleu": sentence_gleu(split, ours),
        "rouge": {name: score.fmeasure for name, score in rouge[False].items()},
        "rougeOfStems": {name: score.fmeasure for name, score in rouge[True].items()},
        "meteor": meteor_score(split, ours, wordnet=NoSynonyms()),
        "wordErrors": words.substitutions + words.deletions + words.insertions,
        "words": words.substitutions + words.deletions + words.hits,
        "characterErrors": characters.substitutions + characters.deletions + characters.insertions,
        "characters": characters.substitutions + characters.deletions + characters.hits,
    }


def corpus_of(given):
    answers = [answer for answer, _ in given]
    first = [[references[0] for _, references in given]]
    tokens = Tokenizer13a()
    return {
        "bleu": BLEU().corpus_score(answers, first).score / 100,
        "chrf": CHRF().corpus_score(answers, first).score / 100,
        "chrfWithWords": CHRF(word_order=2).corpus_score(answers, first).score / 100,
        "gleu": corpus_gleu([[tokens(text).split()] for text in first[0]], [tokens(text).split() for text in answers]),
        "wer": jiwer.wer(first[0], answers),
        "cer": jiwer.cer(first[0], answers),
    }


def main():
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    rng = random.Random(seed)
    sentences = SENTENCES
    if len(sys.argv) > 2:
        with open(sys.argv[2], encoding="utf-8") as file:
            lines = [line.strip() for line in file if line.strip()]
        sentences = rng.sample(lines, min(400, len(lines)))
    given = list(pairs(rng, sentences))
    stemmer = PorterStemmer()
    vocabulary = sorted({word for sentence in sentences for word in sentence.lower().split() if word.isascii() and word.isalpha()})
    json.dump(
        {
            "pairs": [{"answer": answer, "references": references, **scores_of(answer, references)} for answer, references in given],
            "corpus": corpus_of(given),
            "stems": {word: stemmer.stem(word) for word in vocabulary},
        },
        sys.stdout,
        ensure_ascii=False,
    )


main()

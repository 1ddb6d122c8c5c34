"""The tagger: word and character features -> BiGRU -> intent and CRF."""

import torch
from torch import nn
from torch.nn import functional as F

from tagger_sentences import FIRST_FREE, PAD, SHAPES

FORBIDDEN = -10_000.0


class Tagger(nn.Module):
    def __init__(self, vocabulary, options):
        super().__init__()
        self.options = options
        self.words = nn.Embedding(len(vocabulary.words) + FIRST_FREE, options.word_dim)
        self.characters = nn.Embedding(len(vocabulary.characters) + FIRST_FREE, options.char_dim)
        self.shapes = nn.Embedding(SHAPES, options.shape_dim)
        self.spelling = nn.Conv1d(options.char_dim, options.char_filters, 3)
        nn.init.normal_(self.words.weight, std=0.3)
        nn.init.normal_(self.characters.weight, std=0.3)
        width = options.word_dim + options.char_filters + options.shape_dim
        self.context = nn.GRU(width, options.hidden, batch_first=True, bidirectional=True)
        self.phrases = nn.Conv1d(width, options.phrase_filters, 2, padding=1)
        self.attention = nn.Linear(2 * options.hidden, 1, bias=False)
        self.intent = nn.Linear(4 * options.hidden + options.phrase_filters + width, len(vocabulary.intents))
        self.slots = nn.Linear(2 * options.hidden, len(vocabulary.labels))
        self.slots_of_intent = nn.Linear(len(vocabulary.intents), len(vocabulary.labels), bias=False)
        self.transitions = nn.Parameter(torch.zeros(len(vocabulary.labels) + 1, len(vocabulary.labels)))
        self.register_buffer("may_follow", vocabulary.may_follow(), persistent=False)
        self.register_buffer("allowed_labels", vocabulary.allowed_labels(), persistent=False)

    def forward(self, words, shapes, spellings, spelling_index):
        """Words [n, t]; the spelling of each distinct word of the batch [u, c], and which one each word has [n, t]."""
        windows = F.relu(self.spelling(self.characters(spellings).transpose(1, 2)))
        beyond = (spellings[:, 2:] == PAD).unsqueeze(1)
        spelled = windows.masked_fill(beyond, 0.0).amax(2)
        inputs = torch.cat([self.words(words), spelled[spelling_index], self.shapes(shapes)], 2)
        inputs = self._drop(inputs)
        phrases = self._drop(F.relu(self.phrases(inputs.transpose(1, 2))).amax(2).unsqueeze(1)).squeeze(1)
        hidden = self._drop(self.context(inputs)[0])
        weights = torch.softmax(self.attention(hidden), 1)
        summary = [hidden.amax(1), (weights * hidden).sum(1), phrases, inputs.mean(1)]
        intents = self.intent(torch.cat(summary, 1))
        emissions = self.slots(hidden) + self.slots_of_intent(torch.softmax(intents, 1)).unsqueeze(1)
        return intents, emissions

    def _drop(self, values):
        """The same features of all words of a sentence, so that neighbours cannot stand in for each other."""
        if not self.training or self.options.dropout == 0:
            return values
        keep = 1 - self.options.dropout
        return values * torch.bernoulli(torch.full((values.shape[0], 1, values.shape[2]), keep)) / keep

    def steps(self):
        return self.transitions.masked_fill(~self.may_follow, FORBIDDEN)

    def log_normaliser(self, emissions, allowed=None):
        steps = self.steps()
        if allowed is not None:
            emissions = emissions.masked_fill(~allowed.unsqueeze(1), FORBIDDEN)
        moves = steps[:-1].exp()
        scores = emissions[:, 0] + steps[-1]
        for t in range(1, emissions.shape[1]):
            highest = scores.amax(1, keepdim=True).detach()
            scores = ((scores - highest).exp() @ moves).clamp_min(1e-30).log() + highest + emissions[:, t]
        return scores.logsumexp(1)

    def score(self, emissions, labels):
        steps = self.steps()
        before = torch.cat([torch.full_like(labels[:, :1], len(steps) - 1), labels[:, :-1]], 1)
        return (emissions.gather(2, labels.unsqueeze(2)).squeeze(2) + steps[before, labels]).sum(1)

    def best_labels(self, emissions, intents):
        """Viterbi, over the slots that the most likely intent has."""
        steps = self.steps()
        allowed = self.allowed_labels[intents.argmax(1)]
        emissions = emissions.masked_fill(~allowed.unsqueeze(1), FORBIDDEN)
        scores, back = emissions[:, 0] + steps[-1], []
        for t in range(1, emissions.shape[1]):
            best, came_from = (scores.unsqueeze(2) + steps[:-1]).max(1)
            scores = best + emissions[:, t]
            back.append(came_from)
        labels = [scores.argmax(1)]
        for came_from in reversed(back):
            labels.append(came_from.gather(1, labels[-1].unsqueeze(1)).squeeze(1))
        return torch.stack(labels[::-1], 1), allowed

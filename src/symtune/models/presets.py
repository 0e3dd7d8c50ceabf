"""Models built from scratch: a byte-level BPE tokenizer trained on the corpus and a small T5 or Llama.

They exist so that every algorithm can be seen to work on two CPU cores in minutes; they know nothing beforehand.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from symtune.domain import Problem
from symtune.errors import BadModelError
from symtune.models.config import ModelConfig
from symtune.models.prompt import build_prompt

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerFast

PAD, EOS, BOS, UNK = "<pad>", "</s>", "<s>", "<unk>"
"""Special tokens, with the ids 0 to 3. Their names inside a text are plain text (``split_special_tokens``)."""


MERGE_BARRIER = r"[0-9]|[,;:.] |(?<=[a-z0-9])[.]\n| *\w+ = | *return "
"""What stands apart within a line: each digit, punctuation before a blank, a full stop at a line's end, and what comes before
an expression, so that the expression is the same tokens wherever it stands."""


def tokenizer_corpus(problems: Sequence[Problem]) -> list[str]:
    """Return the texts a preset's tokenizer is trained on: every prompt and every reference, in order."""
    return [text for problem in problems for text in (build_prompt(problem), *problem.references)]


def train_tokenizer(corpus: Sequence[str], *, vocabulary_size: int) -> PreTrainedTokenizerFast:
    """Train a byte-level BPE tokenizer: any text comes back from its tokens exactly.

    Merges may cross blanks and brackets, so that a phrase or a line of code that keeps coming back becomes a few tokens; they
    never cross a line end, a digit, or punctuation before a blank, so that numbers and clauses stay apart. Nothing is normalised and every byte is in the vocabulary, so ``<unk>`` is never written.

    Raises:
        BadModelError: the corpus is empty.
    """
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    if not any(corpus):
        raise BadModelError("a preset trains its tokenizer on a corpus, and the corpus is empty; pass prompts and programs")
    backend = Tokenizer(models.BPE())
    backend.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split("\n", "merged_with_previous"),
            pre_tokenizers.Split(Regex(MERGE_BARRIER), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    backend.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary_size,
        min_frequency=2,
        special_tokens=[PAD, EOS, BOS, UNK],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    backend.train_from_iterator(corpus, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=backend,
        pad_token=PAD,
        eos_token=EOS,
        bos_token=BOS,
        unk_token=UNK,
        clean_up_tokenization_spaces=False,
        split_special_tokens=True,
    )


def build_preset(
    config: ModelConfig, tokenizer: PreTrainedTokenizerFast, *, is_critic: bool = False
) -> PreTrainedModel:
    """Return the preset's model with weights drawn from ``config.init_seed``; the global generator is left as it was.

    A critic's body is tiny-t5 without the language-model head.

    Raises:
        BadModelError: the sizes do not fit together.
    """
    import torch

    sizes = config.sizes
    if sizes.hidden_size % sizes.num_heads:
        raise BadModelError(f"hidden_size {sizes.hidden_size} is not a multiple of num_heads {sizes.num_heads}")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.init_seed)
        if config.model == "tiny-t5":
            return _tiny_t5(config, tokenizer, is_critic=is_critic)
        return _tiny_llama(config, tokenizer)


def _tiny_t5(config: ModelConfig, tokenizer: PreTrainedTokenizerFast, *, is_critic: bool) -> PreTrainedModel:
    from transformers import T5Config, T5ForConditionalGeneration, T5Model

    sizes = config.sizes
    return (T5Model if is_critic else T5ForConditionalGeneration)(
        T5Config(
            vocab_size=len(tokenizer),
            d_model=sizes.hidden_size,
            d_kv=sizes.hidden_size // sizes.num_heads,
            d_ff=sizes.feed_forward_size,
            num_layers=sizes.num_layers,
            num_heads=sizes.num_heads,
            dropout_rate=sizes.dropout,
            pad_token_id=tokenizer.pad_token_id,
            eos_token_id=tokenizer.eos_token_id,
            decoder_start_token_id=tokenizer.pad_token_id,
        )
    )


def _tiny_llama(config: ModelConfig, tokenizer: PreTrainedTokenizerFast) -> PreTrainedModel:
    from transformers import LlamaConfig, LlamaForCausalLM

    sizes = config.sizes
    return LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(tokenizer),
            hidden_size=sizes.hidden_size,
            intermediate_size=sizes.feed_forward_size,
            num_hidden_layers=sizes.num_layers,
            num_attention_heads=sizes.num_heads,
            num_key_value_heads=sizes.num_heads,
            max_position_embeddings=config.context_tokens or config.max_source_tokens + config.max_target_tokens,
            attention_dropout=sizes.dropout,
            tie_word_embeddings=True,
            pad_token_id=tokenizer.pad_token_id,
            bos_token_id=tokenizer.bos_token_id,
            eos_token_id=tokenizer.eos_token_id,
        )
    )

"""Chat templates written for the tests, each in the manner of a family of models."""

CHATML = (
    "{% for m in messages %}"
    "{% if loop.first and m.role != 'system' %}<|im_start|>system\nYou write programs.<|im_end|>\n{% endif %}"
    "<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n"
    "{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)

LLAMA_3 = (
    "{{ bos_token }}"
    "{% for m in messages %}<|start_header_id|>{{ m.role }}<|end_header_id|>\n\n{{ m.content | trim }}<|eot_id|>{% endfor %}"
    "{% if add_generation_prompt %}<|start_header_id|>assistant<|end_header_id|>\n\n{% endif %}"
)

GEMMA = (
    "{{ bos_token }}"
    "{% if messages[0].role == 'system' %}{{ raise_exception('no system message') }}{% endif %}"
    "{% for m in messages %}"
    "{% if (m.role == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('roles must alternate') }}{% endif %}"
    "<start_of_turn>{{ 'model' if m.role == 'assistant' else m.role }}\n{{ m.content | trim }}<end_of_turn>\n"
    "{% endfor %}"
    "{% if add_generation_prompt %}<start_of_turn>model\n{% endif %}"
)

MISTRAL = (
    "{{ bos_token }}"
    "{% for m in messages %}"
    "{% if m.role == 'user' %}[INST] {{ m.content }} [/INST]{% else %} {{ m.content }}{{ eos_token }}{% endif %}"
    "{% endfor %}"
)

NEXT_TURN_ENDS = (
    "{% for m in messages %}<|{{ m.role }}|>\n{{ m.content }}{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
"""No token ends a turn but the one that opens the next."""

NO_TURN_END = "{% for m in messages %}### {{ m.role }}: {{ m.content }}\n{% endfor %}{% if add_generation_prompt %}### assistant: {% endif %}"

KEEPING = {
    "chatml": (CHATML, "<|im_end|>"),
    "llama-3": (LLAMA_3, "<|eot_id|>"),
    "gemma": (GEMMA, "<end_of_turn>"),
    "mistral": (MISTRAL, "</s>"),
    "next turn ends": (NEXT_TURN_ENDS, "<|user|>"),
    "no turn end": (NO_TURN_END, "</s>"),
}
"""Name -> a template that keeps earlier turns, and the token that ends a reply."""

DROPS_REASONING = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n"
    "{% if m.role == 'assistant' and '</think>' in m.content %}{{ m.content.split('</think>')[-1].lstrip('\n') }}"
    "{% else %}{{ m.content }}{% endif %}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)

DROPS_EARLIER = (
    "{% for m in messages[-1:] %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)

DROPS_FROM_THIRD_ON = (
    "{% for m in (messages if messages | length < 4 else messages[:1] + messages[-2:]) %}"
    "<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)

DROPS_REPLIES = (
    "{% for m in messages if m.role == 'user' %}<|im_start|>user\n{{ m.content }}<|im_end|>\n<|im_start|>assistant\n{% endfor %}"
)

REFUSES_DIALOGUES = (
    "{% if messages | length > 1 %}{{ raise_exception('one message only, please') }}{% endif %}{{ messages[0].content }}"
)

WITH_A_FAULT = "{{ messages[0].content + 1 }}"

NO_MARK_FOR_REPLIES = "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"

COUNTS_TURNS = (
    "{% for m in messages %}{% if m.role == 'user' %}<|im_start|>turn {{ loop.index }}\n{{ m.content }}<|im_end|>\n<|im_start|>assistant\n"
    "{% else %}{{ m.content }}<|im_end|>\n{% endif %}{% endfor %}"
)

LEAVES_OUT_THE_MESSAGE = "<|im_start|>user\n<|im_end|>\n"

UNFIT = {
    "drops the reasoning": (DROPS_REASONING, r"drops or rewrites the reasoning in earlier replies"),
    "drops earlier turns": (DROPS_EARLIER, r"drops or rewrites earlier turns: the prompt of turn 2"),
    "drops the second of three": (DROPS_FROM_THIRD_ON, r"drops or rewrites earlier turns: the prompt of turn 3"),
    "drops replies": (DROPS_REPLIES, r"reply 1 does not stand in the prompt of turn 2"),
    "refuses dialogues": (REFUSES_DIALOGUES, r"refuses a dialogue of user, assistant, user: one message only, please"),
    "has a fault": (WITH_A_FAULT, r"refuses a dialogue of user: .*str"),
    "no mark for replies": (NO_MARK_FOR_REPLIES, r"before an earlier reply, which the prompt for that reply did not end with"),
    "counts turns": (COUNTS_TURNS, r"writes turn 3 in another way than the turns before"),
    "leaves out the message": (LEAVES_OUT_THE_MESSAGE, r"0 times instead of once"),
}
"""Name -> a template that cannot be used, and what must be said of it."""

SPECIAL_TOKENS = (
    "<|im_start|>", "<|im_end|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>", "<start_of_turn>", "<end_of_turn>",
    "<|user|>", "<|assistant|>",
)  # fmt: skip

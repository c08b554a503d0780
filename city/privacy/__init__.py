"""Personal data: found in text, replaced by tokens, and put back from a vault.

>>> masked = mask("我的手机是13800000000")
>>> masked.text, masked.vault.unmask(masked.text)
('我的手机是⟦手机1⟧', '我的手机是13800000000')
"""

from city.privacy.files import MaskReport, mask_file
from city.privacy.finding import find
from city.privacy.masking import Masked, mask
from city.privacy.spans import SPAN_TYPES, Span, SpanType
from city.privacy.vault import Vault

__all__ = ["SPAN_TYPES", "MaskReport", "Masked", "Span", "SpanType", "Vault", "find", "mask", "mask_file"]

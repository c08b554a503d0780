"""Fine-tuning on a city's own work: approved human decisions become examples, and a LoRA adapter learns from them.

::

    ledger (chains checked) ─► decisions of people ─► may it be learnt from? ─► masked ─► asked as the engine asks
        ─► no evaluation text, no twice ─► train and holdout by matter ─► data and manifest ─► adapter and card
"""

"""Options that `dopusk run` and `dopusk demo` share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Key = Annotated[
    Path | None,
    typer.Option(
        metavar="PEM",
        help="Подписать улики этим ключом ГОСТ (CERTIFICATE и PRIVATE KEY, dopusk pki new).",
    ),
]
NoPdf = Annotated[bool, typer.Option("--no-pdf", help="Не составлять report.pdf.")]
NoEvidence = Annotated[bool, typer.Option("--no-evidence", help="Не собирать evidence.zip.")]
NoMask = Annotated[
    bool,
    typer.Option("--no-mask", help="Показать в отчётах персональные данные (docs/masking.md)."),
]
MaskEvidence = Annotated[
    bool,
    typer.Option(
        "--mask-evidence",
        help="Обезличить evidence.zip без возврата (docs/masking.md).",
    ),
]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Показывать шаги.")]

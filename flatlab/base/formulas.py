r"""Formulas in LaTeX as text that a terminal shows: ``$\rho h/(2-h)$`` as ``ρh/(2 − h)``."""

import re
import unicodedata

__all__ = ["readable"]

FORMULA = re.compile(r"\$\$?(.+?)\$\$?", re.DOTALL)
TOKEN = re.compile(r"\\([a-zA-Z]+|.)|(\s+)|(.)", re.DOTALL)
LETTERS = "αβγδεζηθκλμνξπρστφχψωΓΔΘΛΠΣΦΨΩ"
GREEK = {
    (name.capitalize() if letter.isupper() else name.lower())
    .replace("lamda", "lambda")
    .replace("Lamda", "Lambda"): letter
    for name, letter in ((unicodedata.name(letter).split()[-1], letter) for letter in LETTERS)
}
SIGNS = {
    "varepsilon": "ε",
    "varphi": "φ",
    "ell": "ℓ",
    "nabla": "∇",
    "partial": "∂",
    "infty": "∞",
    "sum": "Σ",
    "prod": "Π",
    "int": "∫",
    "bigcup": "∪",
    "cdot": "·",
    "circ": "∘",
    "pm": "±",
    "setminus": "∖",
    "perp": "⊥",
    "angle": "∠",
    "top": "ᵀ",
    "ast": "*",
    "star": "*",
    "prime": "′",
    "dots": "…",
    "ldots": "…",
    "cdots": "⋯",
    "lvert": "|",
    "rvert": "|",
    "lVert": "‖",
    "rVert": "‖",
    "Vert": "‖",
    "vert": "|",
    "|": "‖",
    "langle": "⟨",
    "rangle": "⟩",
    "lceil": "⌈",
    "rceil": "⌉",
    "lfloor": "⌊",
    "rfloor": "⌋",
    "lbrace": "{",
    "rbrace": "}",
    "{": "{",
    "}": "}",
    "%": "%",
    "_": "_",
    "!": "",
}
RELATIONS = {
    "le": "≤",
    "ge": "≥",
    "lt": "<",
    "gt": ">",
    "ne": "≠",
    "neq": "≠",
    "approx": "≈",
    "sim": "~",
    "simeq": "≃",
    "ll": "≪",
    "gg": "≫",
    "lesssim": "≲",
    "propto": "∝",
    "in": "∈",
    "notin": "∉",
    "subset": "⊂",
    "to": "→",
    "mapsto": "↦",
    "leftarrow": "←",
    "Rightarrow": "⇒",
    "iff": "⇔",
    "succeq": "⪰",
    "succ": "≻",
    "mid": "|",
    "times": "×",
    "cup": "∪",
    "forall": "∀",
    "=": "=",
    "<": "<",
    ">": ">",
    "+": "+",
    "-": "−",
}
FUNCTIONS = re.findall(
    r"\w+", "arcsin cos cosh cot det exp inf ker lim liminf limsup ln log max min Pr sin sinh sup tan tanh"
)
SIZES = {
    "left",
    "right",
    "displaystyle",
    "rm",
    *(f"{size}{side}" for size in ("big", "Big", "bigg") for side in ("", "l", "r")),
}
ACCENTS = {"hat": "\u0302", "widehat": "\u0302", "bar": "\u0304", "dot": "\u0307", "ddot": "\u0308", "tilde": "\u0303"}
ACCENTS |= {"overline": "\u0305", "widetilde": "\u0303", "underline": "\u0332"}
PLAIN = {"mathrm", "operatorname", "text", "mathcal", "mathbf"}
BLACKBOARD = dict(zip("RNZEPC", "ℝℕℤ𝔼ℙℂ"))
RAISED = dict(zip("0123456789+−()niktjmpdxy′*ᵀ/", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱᵏᵗʲᵐᵖᵈˣʸ′*ᵀᐟ"))
LOWERED = dict(zip("0123456789+−()aehijklmnoprstuvx,", "₀₁₂₃₄₅₆₇₈₉₊₋₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ,"))
SINGLE = re.compile(r"([\d.]+|\w[\u0300-\u036f]*|\([^()]*\)|\|[^|]*\||‖[^‖]*‖)[′*⁰¹²³⁴-ₜᵀᵏⁿⁱʲ]*")
HALVES = {"1/2": "½", "1/4": "¼", "3/4": "¾", "1/8": "⅛"}


def readable(text: str) -> str:
    """Return a text with its formulas in characters that stand for themselves; what is no formula stays as it is."""
    return FORMULA.sub(lambda found: _Reader(found[1]).all(), text)


class _Reader:
    """Reads one formula from left to right."""

    def __init__(self, formula):
        self.tokens = [match for match in TOKEN.finditer(formula) if match[2] is None]
        self.at = 0

    def all(self, closing=None):
        parts = []
        while self.at < len(self.tokens):
            if self.tokens[self.at][3] == closing is not None:
                self.at += 1
                break
            parts.append(self.piece(parts))
        text = re.sub(r"(?<=\w) (?=[(⁰¹²³⁴-₟ᵃ-ᵿⱼ_^])", "", re.sub(r" +", " ", "".join(parts)))
        return text.strip()

    def piece(self, before=()):
        """Return the next piece: a symbol, a group, a command with its arguments."""
        token = self.tokens[self.at]
        self.at += 1
        name, character = token[1], token[3]
        if character in ("^", "_"):
            return self.script(character)
        if character == "{":
            return self.all("}")
        if character in RELATIONS and character is not None:
            return self.operator(RELATIONS[character], before)
        if character is not None:
            return {"~": " ", "'": "′", "&": " ", ",": ", ", ";": "; "}.get(character, character)
        return self.command(name, before)

    def command(self, name, before):
        if name in RELATIONS:
            return self.operator(RELATIONS[name], before)
        if name in SIGNS or name in GREEK:
            return {**SIGNS, **GREEK}[name]
        if name in FUNCTIONS:
            return f" {name} " if before and before[-1][-1:].isalnum() else f"{name} "
        if name in ("frac", "tfrac", "dfrac"):
            fraction = f"{_grouped(self.piece())}/{_grouped(self.piece(), below=True)}"
            return HALVES.get(fraction, fraction)
        if name == "binom":
            return f"C({self.piece()}, {self.piece()})"
        if name == "sqrt":
            return f"√{_grouped(self.piece(), below=True)}"
        if name in ACCENTS:
            return "".join(letter + ACCENTS[name] for letter in self.piece())
        if name == "mathbb":
            letter = self.piece()
            return BLACKBOARD.get(letter, letter)
        if name in PLAIN:
            word = self.piece()
            return f" {word} " if len(word) > 1 and word.isalpha() and self.at < len(self.tokens) else word
        return "" if name in SIZES else " "

    def operator(self, sign, before):
        """Return a sign between blanks, or without where it stands before a number or a term of its own."""
        alone = not "".join(before).strip() or "".join(before).rstrip()[-1] in "(=<>≤≥,[|⟨{∈→^_"
        return sign if alone and sign in "+−" else f" {sign} "

    def script(self, kind):
        """Return an exponent or an index, in small characters where there are all of them."""
        body = self.piece().replace(" ", "")
        small = RAISED if kind == "^" else LOWERED
        if all(letter in small for letter in body):
            return "".join(small[letter] for letter in body)
        plain = f"{kind}{body}" if body.isalnum() else f"{kind}({body})"
        follows = self.at < len(self.tokens) and (self.tokens[self.at][3] or "x").isalnum()
        return plain + " " * follows


def _grouped(term, below=False):
    """Return a term of a fraction or under a root, in brackets where it would be read otherwise."""
    whole = SINGLE.fullmatch(term) if below else not re.search(r" [+−] |/", term)
    return term if whole else f"({term})"

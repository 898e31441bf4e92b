"""Does a document speak to a machine? Rules that look at each line as a sentence out of place in a statement of work.

They see what is said openly. What changes an answer without being seen is caught by what the answer rests on
(`Classifier.guess`), by values that contradict each other, and by quotes that have to stand where they are cited.
"""

import re
from collections.abc import Iterator

from models.sow.lines import Document, Found, Line
from models.sow.passages import Passages

_OVERRIDES = (
    r"(?:ignor\w*|disregard\w*|forget|forgot|override|overrule|bypass|skip|drop|delete|erase|unlearn|discard|leave|remove)\b"
    r"(?:\W+\w+){0,5}?\W+(?:previous|prior|preceding|above|before|earlier|everything|all|instructions?|orders?|rules?|told|said|commands?|tasks?|"
    r"articles?|documents?|context|behind|prompts?)",
    r"(?:vergiss|vergessen\s+sie|ignorier\w*|missachte\w*|verwirf|überschreibe|lassen?\s+sie)\b(?:\W+\w+){0,5}?\W+"
    r"(?:alle?s?|alles|vorher\w*|vorangehend\w*|bisherig\w*|obig\w*|anweisung\w*|instruktion\w*|befehl\w*|aufgaben|gesagte|davor|informationen)",
    r"(?:vorherig|bisherig|vorangehend|obig)\w*\s+(?:ausführung|instruktion|anweisung|befehl|aufgabe|information)\w*",
    r"(?:olvid\w+|ignora\w*|oubli\w+|zaboravi|dimentica\w*|esquece\w*)\b(?:\W+\w+){0,4}?\W+(?:todo|todas|tout|toutes|sve|tutto|tudo|instruc\w*|lo)",
    r"(?:new|further|next|different)\s+(?:tasks?|instructions?)\s+(?:are\s+)?(?:follow|:)|(?:now|neue|weitere)\s+(?:focus|aufgaben?)\b",
    r"(?:change|replace|reveal|show|print|repeat|leak|output)\s+(?:me\s+)?(?:all\s+)?(?:of\s+)?(?:your|the|its|deine|ihre)\s+"
    r"(?:(?:system|initial|original|entire|full)\s+)?(?:instructions?|prompts?|rules)",
)
_ROLES = (
    r"(?:you|u)\s+(?:are|r)\s+(?:now\s+|a\s+|an\s+|the\s+|no\s+longer\s+|going\s+to\s+|being\s+|[A-Z]\w+\s*\.)|you'?re\s+(?:now|a|an)\s",
    r"act\s+as\s+(?:if|my|(?:an?|the)\s+(?:\w+\s+)?(?:ai|assistant|model|python|linux|terminal|interpreter|translator|bot|character|expert\s+in))\b|acting\s+as\s+an?\s+(?:ai|assistant|model|terminal|interpreter)|pretend\b|role[\s-]?play|imagine\s+(?:you|that)|be\s+an?\s+dj\b",
    r"(?:du|nun|jetzt)\s+bist\b|bist\s+du\b|als\s+[\w-]+(?:-?\w+)*\s+fungier\w+|stell\s+dir\s+vor|spiele?\s+die\s+rolle|tu\s+so\s+als",
    r"from\s+now\s+on\b|ab\s+jetzt\b|developer\s+mode|jailbreak|do\s+anything\s+now|without\s+(?:any\s+)?(?:restrictions?|filters?)\b",
)
_ANSWERS = (
    r"(?:your|the\s+following|each|every|this)\s+(?:answers?|repl(?:y|ies)|responses?|output|completion|headline)\b|in\s+(?:an?|the)\s+(?:answer|reply|response)\b",
    r"(?:respond|reply|answer)\s+(?:only|just|with|as|always|me|every|(?:in|to|by|the|this)\s+(?:\w+\s+){0,2}(?:question|language|english|german|french|saying|rhyme|capitals?|word))\b|(?:only|just)\s+(?:say|answer|reply|respond|write|print|output)\b",
    r"say\s+(?:that|yes|no|hello|what|this|the|\"|')|tell\s+(?:me|us|him|everyone)\b|(?:give|show|help|write|send|teach|explain\s+to)\s+me\b|(?:can|could|would|will|do|are|have)\s+you\b|"
    r"what\s+(?:do|did|would|can)\s+you\b|why\s+(?:do|are|did)\s+(?:you|the)\b",
    r"(?:antworte|beantworte|sage?|schreibe?|zeige?|erzähle?|gib|verfasse|erkläre|übersetze|berechne|erstelle|nenne)\s+(?:mir|nun|nur|bitte|auf|ein\w*|mit|das|die|den|eine?n?|c\+\+)\b|"
    r"(?:kannst|könntest|möchtest|hast|würdest|weißt)\s+du\b|wie\s+geht\s+es\b|was\s+(?:sagst|denkst|meinst|hältst)\s+du",
    r"(?:your|the|this|that|above|system|my|a)\s+prompts?\b(?!\s+(?:and|manner|attention|notice))|prompt\s+texts?|chat\s?gpt|as\s+an?\s+(?:ai|llm|language\s+model)\b",
)
_TASKS = (
    r"(?:write|draft|compose|generate|create|craft|produce|develop|design|provide|prepare|tell|invent|suggest|recommend|make|give|add|include|insert|integrate|embed|append|augment|enhance|"
    r"weave|incorporate|attach|offer|promote|mention|conclude|begin|start|end|finish|close)\b[^.]{0,60}\b(?:essay|poem|stor(?:y|ies)|song|lyrics|speech|manifesto|joke|haiku|limerick|"
    r"slogan|recipe|sentence|headline|answer|reply|tweet|dialogue|introduction\s+(?:for|to)\s+an?)\b",
    r"(?:write|generate|generieren\s+sie|schreibe|create|give|show|provide|state)\s+(?:an?\s+|some\s+|me\s+|that\s+|simple\s+|an\s+example\s+of\s+){0,3}(?:how\s+to|python|c\+\+|java\w*|php|"
    r"code\b|function\s+(?:to|that)|loop|holland)|(?:explain|describe)\s+how\b|who\s+am\s+i\b|additional\s+instructions?\s+-|stop\s*:|say\s*:|blame\b",
    r"(?:translate|translation\s+of|equivalent\s+(?:of|for)|how\s+do\s+(?:you|i)|how\s+to\s+(?:say|solve|make)|what(?:'s|\s+is|\s+are|\s+was|\s+were)\s|who(?:'s|\s+(?:is|was|wrote|won|are))\s|"
    r"when\s+(?:did|was|is)\s|why\s+(?:is|are|does|do|did)\s|where\s+(?:is|can|are|do)\s|how\s+(?:does|do|can|will|many|much|is|old)\s)[^.]{0,160}\?",
    r"(?:replace|convert|rearrange|jumble|scramble|swap|reverse|shuffle|remove|substitute|encode|mix|combine|group|use|introduce|merge|insert|change|alter|exchange|omit|spell|misspell)\b"
    r"[^.]{0,50}\b(?:letters?|vowels?|consonants?|spaces|words?|anagrams?|typos?|symbols?|spelling\w*|characters?|homophones?)\b",
    r"(?:summari[sz]e|explain|describe|break\s+down|discuss|outline)\s+(?:the\s+)?(?:plot|theory|process\s+of|life\s?cycle|concept|novel|book|story|history\s+of|meaning)\b",
    r"i\s+(?:want|need|would\s+like|'d\s+like|am\s+looking|am\s+interested|command|am\s+a|will\s+give|hate|love)\b|i'(?:m|d|ve)\b|my\s+(?:name|question|boss|grandmother|son|sister|wife|husband)\b|"
    r"ich\s+(?:möchte|will|bin|brauche|benötige|interessiere|suche|würde|habe|leide|werde)\b|mein(?:e|en)?\s+(?:name|frage|schwester|sohn|oma)\b",
    r"(?:download|click|visit|buy|vote|donate|subscribe|share)\b[^.]{0,60}\b(?:www\.|\.com\b|election|this\s+tool|your\s+(?:computer|device|account))|won't\s+believe|scandal|cracked\s+version|"
    r"comments?\s+(?:section|below)|in\s+the\s+comments",
    r"(?:hate|love)s?\s+(?:trump|hitler|biden|putin|you|me)|\btrump\b|\bhitler\b|swear\s?words?|schimpfw\w+",
)
_CLASSES = (
    r"(?:classif(?:y|ied|ication)|categor(?:ise|ize|ised|ized)|label(?:led|ed)?|tag(?:ged)?|route|mark(?:ed)?|treat(?:ed)?)\b[^.]{0,40}\b(?:as|to|under|it)\b[^.]{0,40}"
    r"\b(?:service[\s_]lines?|none_of_these|categor(?:y|ies)|label|this\s+document|approved|urgent|safe|reviewed)\b",
    r"(?:service_line|needs_review|red_flags?|top3|confidence\s*(?:=|:|of)|none_of_these|propose_\w+|route_to_\w+|draft_kickoff\w*|\bjson\b\s*[:{])",
    r"(?:correct|right|true|only\s+valid)\s+(?:service\s+line|category|label|template|value|client)\b|do\s+not\s+(?:flag|review|report|mention|tell)\b|no\s+(?:review|red\s+flags?)\s+(?:is|are)\s+needed",
    r"(?:note|attention|important|message|dear|hey|hello|hi|achtung|hinweis)\b[^.]{0,20}\b(?:to|for|an|für)?\s*(?:the\s+)?(?:ai|model|assistant|reviewer|system|reader\s+bot|classifier|bot|stopp?)\b",
)
_MARKERS = re.compile(
    r"<\|?/?(?:im_start|im_end|system|user|assistant|endoftext|inst|s)\b\|?>|\[/?INST\]|^\s*(?:###\s*)?(?:system|assistant|user|human)\s*:|\\n\\n|<<SYS>>|"
    r"BEGIN\s+(?:SYSTEM|PROMPT)|(?:\b\w ){7,}\w\b|\b[A-Za-z0-9+/]{80,}={0,2}|print\s*\(|<script|\{\{.*\}\}|\$\{",
    re.IGNORECASE,
)
_KINDS = {
    "override": _OVERRIDES,
    "role": _ROLES,
    "answer": _ANSWERS,
    "task": _TASKS,
    "classifying": _CLASSES,
}
_PATTERNS = {
    kind: re.compile("|".join(rf"(?<!\w)(?:{pattern})" for pattern in patterns), re.IGNORECASE)
    for kind, patterns in _KINDS.items()
}
MOST_SHOWN = 5


def suspicions(document: Document, passages: Passages) -> list[Found]:
    """The first places that speak to a machine, with the kind of each."""
    found = []
    for line in document.lines:
        if _MARKERS.search(line.text):
            found.append(line.found("marker"))
    for kind, pattern in _PATTERNS.items():
        found += [passages.place(seen, kind) for seen in passages.search(pattern)]
        if len(found) > MOST_SHOWN:
            break
    return found[:MOST_SHOWN]


def lines_suspected(lines: list[Line]) -> Iterator[Line]:
    """The lines that would be suspected if each stood alone."""
    for line in lines:
        if _MARKERS.search(line.text) or any(pattern.search(line.text) for pattern in _PATTERNS.values()):
            yield line

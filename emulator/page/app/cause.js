// Causes come as AWS hands them on: a sentence, or the whole answer of what failed as JSON (a pipeline's Describe, a function's
// error, an execution's). Read out of it: the sentence that a person looks for; the rest is kept for who wants it.

const sentences = ['FailureReason', 'errorMessage', 'Cause', 'ErrorMessage', 'StatusMessage', 'ExitMessage', 'Message', 'message'];
const deepest = 4;

function parsed(text) {
    try {
        const value = JSON.parse(text);
        return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : null;
    } catch {
        return null;
    }
}

/** A document may carry its cause as a document again: an execution that failed because one inside of it did. */
function sentenceOf(document, depth = 0) {
    for (const name of sentences) {
        const value = document[name];
        if (typeof value !== 'string' || !value.trim()) continue;
        const inner = depth < deepest && parsed(value);
        return (inner && sentenceOf(inner, depth + 1)) || value;
    }
    return null;
}

/** { says, whole }: `whole` is the document where `says` is only a part of it, else null. */
export function readCause(text) {
    const at = text.indexOf('{');
    const document = at >= 0 && parsed(text.slice(at));
    const sentence = document && sentenceOf(document);
    if (!sentence) return { says: text, whole: document && text.length > 400 ? text : null };
    return { says: text.slice(0, at) + sentence, whole: text.slice(at) };
}

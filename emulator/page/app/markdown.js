// Guides are Markdown of a small kind, made into elements, never into markup:
//
//     # to ####        headings, shown one level deeper: the page has one of its own
//     paragraphs       lines up to an empty one
//     - or 1.          lists; two or more spaces before a mark begin a list inside the item above
//     ```sh … ```      code, with a button that copies it; so are lines indented by four spaces
//     > text           a remark
//     | a | b |        a table; its second line is |---|---|
//     ---              a rule
//     `code` **bold** *slanted* [text](https://…)        inside of all but code; links lead to http and https only
//
// Everything else is text, HTML too.
import { h } from './dom.js';
import { copyable } from './copy.js';
import { t } from './words.js';

const span = /`([^`]+)`|\*\*([^*]+)\*\*|\*([^*\s][^*]*)\*|\[([^\]]+)\]\(([^)\s]+)\)/g;

/** Text with code, bold, slanted and links in it: what a pack says. */
export function inline(text) {
    const parts = [];
    let from = 0;
    for (const found of text.matchAll(span)) {
        parts.push(text.slice(from, found.index));
        from = found.index + found[0].length;
        const [, code, bold, slanted, label, target] = found;
        if (code) parts.push(h('code', null, code));
        else if (bold) parts.push(h('strong', null, inline(bold)));
        else if (slanted) parts.push(h('em', null, inline(slanted)));
        else parts.push(/^https?:\/\//i.test(target) ? h('a', { href: target, rel: 'noreferrer', target: '_blank' }, label) : found[0]);
    }
    parts.push(text.slice(from));
    return parts;
}

const item = /^(\s*)([-*]|\d+[.)])\s+(.*)$/;
const opens = (line) => /^(#{1,4}\s|```|>|\||---+\s*$)/.test(line) || item.test(line);

/** Items of one depth, with the deeper ones inside; reads from lines[at.line]. */
function list(lines, at, depth) {
    const ordered = /\d/.test(lines[at.line].match(item)[2]);
    const items = [];
    while (at.line < lines.length) {
        const found = lines[at.line].match(item);
        if (!found || found[1].length < depth) break;
        if (found[1].length > depth + 1) {
            items[items.length - 1].push(list(lines, at, found[1].length));
            continue;
        }
        at.line += 1;
        let text = found[3];
        while (at.line < lines.length && lines[at.line].trim() && !opens(lines[at.line])) text += ` ${lines[at.line++].trim()}`;
        items.push([inline(text)]);
    }
    return h(ordered ? 'ol' : 'ul', null, items.map((content) => h('li', null, content)));
}

const cells = (line) => line.trim().replace(/^\||\|$/g, '').split('|').map((cell) => inline(cell.trim()));

function table(lines, at) {
    const head = cells(lines[at.line]);
    at.line += 1;
    if (/^[\s|:-]+$/.test(lines[at.line] ?? '')) at.line += 1;
    const rows = [];
    while (at.line < lines.length && lines[at.line].startsWith('|')) rows.push(cells(lines[at.line++]));
    return h('div', { class: 'wide', tabindex: 0, role: 'group', 'aria-label': t('guide') },
        h('table', null, h('thead', null, h('tr', null, head.map((cell) => h('th', { scope: 'col' }, cell)))),
            h('tbody', null, rows.map((row) => h('tr', null, row.map((cell) => h('td', null, cell)))))));
}

function fence(lines, at) {
    const code = [];
    at.line += 1;
    while (at.line < lines.length && !lines[at.line].startsWith('```')) code.push(lines[at.line++]);
    at.line += 1;
    return copyable(code.join('\n'), t('call'));
}

function indented(lines, at) {
    const code = [];
    while (at.line < lines.length && (/^ {4}/.test(lines[at.line]) || !lines[at.line].trim())) code.push(lines[at.line++].slice(4));
    return copyable(code.join('\n').trim(), t('call'));
}

function gather(lines, at, fits, strip) {
    const texts = [];
    while (at.line < lines.length && fits(lines[at.line])) texts.push(strip(lines[at.line++]));
    return inline(texts.join(' '));
}

function block(lines, at) {
    const line = lines[at.line];
    const heading = line.match(/^(#{1,4})\s+(.*)$/);
    if (heading) {
        at.line += 1;
        return h(`h${Math.min(6, heading[1].length + 1)}`, null, inline(heading[2]));
    }
    if (line.startsWith('```')) return fence(lines, at);
    if (/^ {4}/.test(line)) return indented(lines, at);
    if (/^---+\s*$/.test(line)) {
        at.line += 1;
        return h('hr');
    }
    if (line.startsWith('>')) return h('blockquote', null, gather(lines, at, (one) => one.startsWith('>'), (one) => one.replace(/^>\s?/, '')));
    if (line.startsWith('|')) return table(lines, at);
    const found = line.match(item);
    if (found) return list(lines, at, found[1].length);
    let first = true;
    return h('p', null, gather(lines, at, (one) => (first ? !(first = false) : one.trim() && !opens(one)), (one) => one.trim()));
}

export function markdown(text) {
    const lines = text.replace(/\r/g, '').split('\n');
    const at = { line: 0 };
    const blocks = [];
    while (at.line < lines.length) {
        if (lines[at.line].trim()) blocks.push(block(lines, at));
        else at.line += 1;
    }
    return blocks;
}

// Views are functions from what is known to descriptions of elements; patch() makes the page equal to them and touches nothing
// that is already so: focus, selection and scrolling stay where they are. Text goes into text nodes, so no name is ever markup.
//
//     h('button', { class: 'quiet', onclick: buy, key: 'buy' }, 'Buy')
//
// Attributes: `key` tells siblings apart; on… is a handler; `value`, `checked`, `disabled`, `open` are properties; `style` is an object; `hook`,
// { mount(element), update(element), unmount(element) }, is for an element that looks after its own inside; `focus` moves the focus
// there when it becomes true; `mounted(element)` is called once, when all is in its place, `settled(element)` each time that it is.

const SVG = 'http://www.w3.org/2000/svg';
const properties = new Set(['value', 'checked', 'disabled']);

export function h(tag, attributes, ...children) {
    return {
        tag,
        attributes: attributes ?? {},
        children: children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false && child !== ''),
    };
}

/** A handler of keys. (One that returned false would take every key away from what is inside.) */
export const onEscape = (act) => (event) => {
    if (event.key === 'Escape') act();
};

function set(element, name, value, before) {
    if (name === 'key' || name === 'hook' || name === 'mounted' || name === 'settled') return;
    if (name === 'focus') {
        if (value && !before) element.focus();
    } else if (name.startsWith('on')) element[name] = value ?? null;
    else if (name === 'open') {
        if (value !== before) element.open = Boolean(value); // else it is as its reader left it
    } else if (properties.has(name)) {
        const wanted = value ?? (name === 'value' ? '' : false);
        if (element[name] !== wanted) element[name] = wanted;
    } else if (name === 'style') for (const [key, one] of Object.entries(value ?? {})) element.style.setProperty(key, one);
    else if (value === before) return;
    else if (value === null || value === undefined || value === false) element.removeAttribute(name);
    else element.setAttribute(name, value === true ? '' : value);
}

function create(wanted, parent) {
    if (typeof wanted !== 'object') return document.createTextNode(wanted);
    const within = parent.localName === 'foreignObject' ? null : parent.namespaceURI;
    const element = wanted.tag === 'svg' || within === SVG ? document.createElementNS(SVG, wanted.tag) : document.createElement(wanted.tag);
    element.drawn = { key: wanted.attributes.key, tag: wanted.tag, attributes: {} };
    return element;
}

function update(node, wanted) {
    if (typeof wanted !== 'object') {
        if (node.data !== String(wanted)) node.data = wanted;
        return;
    }
    const { attributes: before } = node.drawn;
    const { attributes, children } = wanted;
    node.drawn.attributes = attributes;
    if (!attributes.hook) patch(node, children);
    for (const name in before) if (!(name in attributes)) set(node, name, undefined, before[name]);
    for (const name in attributes) set(node, name, attributes[name], before[name]);
    if (attributes.hook && !before.hook) attributes.hook.mount?.(node);
    attributes.hook?.update?.(node);
    if (attributes.mounted && !before.mounted) attributes.mounted(node);
    attributes.settled?.(node);
}

function remove(node) {
    for (const inside of node.querySelectorAll?.('*') ?? []) inside.drawn?.attributes.hook?.unmount?.(inside);
    node.drawn?.attributes.hook?.unmount?.(node);
    node.remove();
}

function fits(node, wanted) {
    if (typeof wanted !== 'object') return node.nodeType === Node.TEXT_NODE;
    return node.drawn?.tag === wanted.tag && node.drawn.key === wanted.attributes.key;
}

export function patch(parent, children) {
    const keyed = new Map();
    for (const node of parent.childNodes) if (node.drawn?.key !== undefined) keyed.set(node.drawn.key, node);
    let at = parent.firstChild;
    for (const wanted of children) {
        const key = wanted.attributes?.key;
        let node = key === undefined ? at : keyed.get(key);
        if (!node || !fits(node, wanted)) node = create(wanted, parent);
        if (node === at) at = at.nextSibling;
        else parent.insertBefore(node, at);
        update(node, wanted);
    }
    while (at) {
        const next = at.nextSibling;
        remove(at);
        at = next;
    }
}

const longest_ms = 500;
const whenIdle = window.requestIdleCallback ?? ((act) => setTimeout(act));

/** What is drawn can be seen now, and the browser has nothing else to do: the time for what nobody waits for. */
export const atLeisure = () => new Promise((resolve) => requestAnimationFrame(() => whenIdle(resolve, { timeout: longest_ms })));

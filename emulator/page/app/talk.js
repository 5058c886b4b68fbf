// Talking to a bot: which one, which session, what was said. The page keeps it as long as it is open; the bot keeps its session.
import { get, post } from './api.js';
import { model, touch } from './model.js';

const most_turns = 100;
const random = () => crypto.getRandomValues(new Uint32Array(2)).reduce((text, word) => text + word.toString(36), '');

const test_alias = 'TSTALIASID'; // every bot's own, which leads to its draft: customers talk to another

/** The choice made whole: where what was chosen is not there (any more), the first that is; of aliases one for customers. */
function settle({ bot, alias, locale }) {
    const one = model.chat.bots.find(({ id }) => id === bot) ?? model.chat.bots[0];
    const other = one?.aliases.find(({ id }) => id === alias) ?? one?.aliases.find(({ id }) => id !== test_alias) ?? one?.aliases[0];
    return { bot: one?.id, alias: other?.id, locale: other?.locales.includes(locale) ? locale : other?.locales[0] };
}

/** A replay has no bot to talk to; what was said is there. */
async function loadTurns() {
    const { turns } = await get('api/chats');
    Object.assign(model.chat, { bots: [], turns });
    touch();
}

export async function loadBots() {
    if (model.game.replay) return loadTurns();
    const { bots } = await get('api/bots');
    model.chat.bots = bots;
    const settled = settle(model.chat.where);
    if (JSON.stringify(settled) !== JSON.stringify(model.chat.where)) startAnew(settled);
    touch();
}

/** Another bot, alias or locale, or the same with a session that knows nothing yet. */
export function startAnew(change) {
    Object.assign(model.chat, { where: settle({ ...model.chat.where, ...change }), session: `page-${random()}`, turns: [] });
    touch();
}

/** What comes of it is an event of the stream (model.js). */
export async function say(text) {
    const { chat } = model, id = random();
    chat.turns = [...chat.turns, { id, text, pending: true }].slice(-most_turns);
    touch();
    try {
        await post('api/chat', { id, ...chat.where, session: chat.session, text });
    } catch (refused) {
        chat.turns = chat.turns.filter((one) => one.id !== id);
        throw refused;
    }
}

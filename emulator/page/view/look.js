// From a team's name to its page, for the staff.
import { model } from '../app/model.js';
import { to } from '../app/route.js';

export function look(event, team) {
    event.preventDefault();
    model.show(team).then(() => (location.hash = to('team')));
}

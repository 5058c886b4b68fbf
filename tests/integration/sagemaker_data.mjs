// Data for SageMaker's tests, the same at every run: shaped as the abalone and the customer churn sets of the public guides, label first.
function dice(seed) {
    let state = seed * 2654435761;
    return () => {
        state = (Math.imul(state ^ (state >>> 15), 2246822519) + 3266489917) >>> 0;
        return ((state ^ (state >>> 13)) >>> 0) / 2 ** 32;
    };
}
const bell = (roll) => roll() + roll() + roll() + roll() - 2;

/** rings, sex (three columns), length, diameter, height, four weights less one; spoiled: the labels have nothing to do with the rest. */
export function abalone(rows, seed, spoiled = false) {
    const roll = dice(seed);
    return Array.from({ length: rows }, () => {
        const sex = Math.floor(roll() * 3), length = 0.2 + 0.6 * roll(), diameter = length * (0.78 + 0.03 * bell(roll));
        const height = length * (0.27 + 0.02 * bell(roll)), weight = 8 * length ** 3 * (1 + 0.1 * bell(roll)), shell = weight * 0.28 * (1 + 0.15 * bell(roll));
        const rings = spoiled ? 1 + 28 * roll() : 4 + 10 * length + 6 * shell - (sex === 2 ? 1.5 : 0) + 0.8 * bell(roll);
        return [Math.round(rings), ...[0, 1, 2].map((s) => +(s === sex)), length, diameter, height, weight, 0.43 * weight, shell].map((v) => +v.toFixed(4)).join(',');
    }).join('\n') + '\n';
}

/** churned or not, plan, minutes, calls, charge, service calls. */
export function churn(rows, seed, spoiled = false) {
    const roll = dice(seed + 100);
    return Array.from({ length: rows }, () => {
        const plan = +(roll() < 0.3), minutes = 100 + 200 * roll(), calls = Math.floor(60 + 80 * roll()), service = Math.floor(7 * roll() ** 2);
        const odds = 1.4 * (service - 2) + 0.03 * (minutes - 200) - 1.5 * plan + 0.8 * bell(roll);
        return [+(spoiled ? roll() < 0.5 : odds > 0), plan, minutes, calls, minutes * 0.17, service].map((v) => +v.toFixed(3)).join(',');
    }).join('\n') + '\n';
}

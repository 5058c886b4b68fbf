// Before the rest is there: what it will ask first is asked, the session that this browser has (app/api.js), unless the link brings another.
// And before the first paint: the theme and the language that were chosen here last time. Without a choice the system decides.
(function () {
    if (!/[#&](token|code)=/.test(location.hash)) window.early_session = fetch('session?first=true', { credentials: 'same-origin' }).catch(function () {});
    var root = document.documentElement;
    try {
        var theme = localStorage.getItem('rehearse.theme');
        if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
        var language = localStorage.getItem('rehearse.language') || (navigator.language || '').slice(0, 2);
        root.lang = language === 'ko' ? 'ko' : 'en';
    } catch (refused) {
        // A browser that keeps nothing for us: the system's theme, English.
    }
})();

// Before the first paint: the theme and the language that were chosen here last time. Without a choice the system decides.
(function () {
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

// Before the first paint, so that a chosen theme does not flash: the rest of the page is modules, which come later.
(function () {
  const chosen = localStorage.getItem('berth.theme');
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;
})();

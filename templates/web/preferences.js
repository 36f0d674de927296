// Chooses the time zone of the visitor's device. Without it the list remains.
(() => {
  const button = document.getElementById('own-zone');
  const zones = document.getElementById('time-zone');
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!own) return;
  button.hidden = false;
  button.addEventListener('click', () => {
    // A browser may know the zone by another name than the list.
    if (![...zones.options].some((option) => option.value === own)) {
      zones.add(new Option(own.replaceAll('_', ' '), own), 1);
    }
    zones.value = own;
    zones.dispatchEvent(new Event('change', { bubbles: true }));
    zones.focus();
  });
})();

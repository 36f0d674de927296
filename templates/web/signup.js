// Answers signup forms in place, on our pages and, as /embed.js, on other sites.
// Without it the same forms work by a full page.
(() => {
  for (const form of document.querySelectorAll('form[data-daybrief]')) enhance(form);

  function enhance(form) {
    const button = form.querySelector('button');
    const email = form.elements.namedItem('email');
    const outcome = form.querySelector('[data-daybrief-outcome]');
    const hint = form.querySelector('[data-daybrief-hint]');
    const label = button.textContent;
    let stamp = form.elements.namedItem('stamp') ? Promise.resolve('') : fetchStamp(form);
    let busy = false;

    form.noValidate = true;
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      if (busy) return;
      work(true);
      const said = await send();
      work(false);
      say(said);
    });

    async function send() {
      try {
        const body = new URLSearchParams(new FormData(form));
        if (!body.has('stamp')) body.set('stamp', await stamp);
        const answer = await fetch(form.action, {
          method: 'POST',
          body,
          credentials: 'omit',
          headers: { accept: 'application/json' },
        });
        const said = await answer.json();
        if (said.outcome) return said;
      } catch {
        // Told below: the network failed, or something between us answered instead.
      }
      stamp = stamp.then((value) => value || fetchStamp(form));
      const { failed: text = 'Subscription failed', failedHint: more = '', contact } = form.dataset;
      return { outcome: 'subscription-failed', text, hint: more, contact };
    }

    function work(now) {
      busy = now;
      button.setAttribute('aria-disabled', String(now));
      button.style.minWidth = now ? `${button.offsetWidth}px` : '';
      button.textContent = now ? form.dataset.working || '...' : label;
    }

    function say({ outcome: kind, text, hint: more = '', contact = '' }) {
      const good = kind === 'thank-you';
      outcome.className = `outcome ${good ? 'good' : 'bad'}`;
      outcome.textContent = text;
      if (hint) hint.replaceChildren(...withLink(more, contact));
      email.toggleAttribute('aria-invalid', false);
      if (kind === 'valid-email') email.setAttribute('aria-invalid', 'true');
      if (kind === 'valid-email') email.focus();
    }
  }

  // The mail address in a sentence becomes a link.
  function withLink(sentence, address) {
    const at = address ? sentence.indexOf(address) : -1;
    if (at < 0) return [sentence];
    const link = document.createElement('a');
    link.href = `mailto:${address}`;
    link.dir = 'ltr';
    link.textContent = address;
    return [sentence.slice(0, at), link, sentence.slice(at + address.length)];
  }

  async function fetchStamp(form) {
    try {
      const answer = await fetch(new URL('../api/stamp', form.action), { credentials: 'omit' });
      return (await answer.json()).stamp;
    } catch {
      return '';
    }
  }
})();

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
      const { outcome: kind, text, hint: more } = await send();
      work(false);
      say(kind, text, more);
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
      return { outcome: 'subscription-failed', text: form.dataset.failed || 'Subscription failed', hint: '' };
    }

    function work(now) {
      busy = now;
      button.setAttribute('aria-disabled', String(now));
      button.style.minWidth = now ? `${button.offsetWidth}px` : '';
      button.textContent = now ? form.dataset.working || '...' : label;
    }

    function say(kind, text, more) {
      const good = kind === 'thank-you';
      outcome.className = `outcome ${good ? 'good' : 'bad'}`;
      outcome.textContent = text;
      if (hint) hint.textContent = more || '';
      email.toggleAttribute('aria-invalid', false);
      if (kind === 'valid-email') email.setAttribute('aria-invalid', 'true');
      if (good) form.reset();
      else email.focus();
    }
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

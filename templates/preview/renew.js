/* Makes one document like another and leaves alone what is the same: images stay loaded, and nothing jumps. */

/** Makes a node of a shown document equal to one that is not shown. */
export function renew(old, next) {
  if (old.isEqualNode(next)) return;
  if (old.nodeType !== Node.ELEMENT_NODE || old.nodeName !== next.nodeName) {
    old.replaceWith(copyFor(old, next));
    return;
  }
  renewAttributes(old, next);
  renewChildren(old, next);
}

function copyFor(old, next) {
  return old.ownerDocument.importNode(next, true);
}

function renewAttributes(old, next) {
  for (const name of old.getAttributeNames()) if (!next.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of next.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
}

/** Children that are equal at the beginning and at the end stay; those between are paired in order. */
function renewChildren(old, next) {
  const before = [...old.childNodes];
  const after = [...next.childNodes];
  while (before.length > 0 && after.length > 0 && before[0].isEqualNode(after[0])) {
    before.shift();
    after.shift();
  }
  let end = null;
  while (before.length > 0 && after.length > 0 && before.at(-1).isEqualNode(after.at(-1))) {
    end = before.pop();
    after.pop();
  }
  for (const gone of before.splice(after.length)) gone.remove();
  for (const [index, node] of before.entries()) renew(node, after[index]);
  for (const added of after.slice(before.length)) old.insertBefore(copyFor(old, added), end);
}

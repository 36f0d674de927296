import type { Statement, VariableDeclarator } from '@swc/core';
import { Visitor } from '@swc/core/Visitor.js';

/**
 * dependency-cruiser walks what swc parsed with swc's own Visitor, which throws at `using` and
 * `await using` (ECMAScript explicit resource management) though the parser knows them. This teaches
 * it to walk their declarators.
 */
export function readUsingDeclarations(): void {
  // oxlint-disable-next-line typescript/unbound-method -- it is called with its own `this` below
  const visitOther = Visitor.prototype.visitStatement;
  Visitor.prototype.visitStatement = function visitStatement(this: Visitor, statement: Statement): Statement {
    const node: { readonly type: string; decls?: VariableDeclarator[] } = statement;
    if (node.type !== 'UsingDeclaration') return visitOther.call(this, statement);
    node.decls = this.visitVariableDeclarators(node.decls ?? []);
    return statement;
  };
}

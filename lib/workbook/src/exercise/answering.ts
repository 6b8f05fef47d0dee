/** What is handed over where T is asked for: a function itself, any other value also by a function that makes it. */
export type Handed<T> = T extends (...args: never[]) => unknown ? T : T | (() => T | Promise<T>);

/**
 * A workbook as the sources of its answers see it: `answer` takes what the exercise asks for and nothing else. In a
 * notebook it takes anything, so that a wrong answer meets the check and not the compiler.
 */
export type Answering<Book> = {
  readonly [Id in keyof Book as Book[Id] extends { readonly handed?: unknown } ? Id : never]: {
    readonly passed: boolean;
    answer(value: Book[Id] extends { readonly handed?: infer A } ? A | undefined : never): void;
  };
};

declare module "govuk-frontend" {
  /** Moves the focus to the main part when the link is followed. */
  export class SkipLink {
    constructor(root: Element);
  }
  /** Takes the focus and links each message to its field. */
  export class ErrorSummary {
    constructor(root: Element);
  }
}

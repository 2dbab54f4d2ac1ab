/** What every route may answer besides what it is for. */
export const problemResponses = {
  '4xx': { description: 'The request is refused', content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } } },
  '5xx': {
    description: 'The service cannot answer now',
    content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } },
  },
} as const;

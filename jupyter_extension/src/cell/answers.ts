/** What the platform answers about cells. */
export type {
  ActivityAnswer as Activity,
  CheckAnswer as Check,
  InnerKeyAnswer as InnerKey,
  ProblemAnswer as Problem,
  State,
  VocabularyAnswer as Vocabulary,
  WordAnswer as Word
} from '../api/schema';
